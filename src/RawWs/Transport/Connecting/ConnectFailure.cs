using System.Net;
using System.Net.Sockets;

namespace RawWs.Transport.Connecting;

/// <summary>An address that could not be reached.</summary>
internal readonly record struct ConnectFailure(IPAddress Address, SocketException Error)
{
    /// <summary>The reason and, in parentheses, the address.</summary>
    public override string ToString() =>
        $"{ConnectErrorText.Of(Error.SocketErrorCode)} ({(Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Address}]" : Address)})";
}
