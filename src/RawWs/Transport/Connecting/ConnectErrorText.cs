using System.Net.Sockets;

namespace RawWs.Transport.Connecting;

/// <summary>Says in words why a connection could not be made; small programs are built without the platform's own texts.</summary>
internal static class ConnectErrorText
{
    public static string Of(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset",
        SocketError.TimedOut => "no answer",
        SocketError.NetworkUnreachable => "network unreachable",
        SocketError.HostUnreachable => "host unreachable",
        SocketError.NetworkDown => "network down",
        SocketError.AddressFamilyNotSupported => "this machine does not support that kind of address",
        SocketError.AddressNotAvailable => "no local address or port is left for it",
        SocketError.InvalidArgument => "the address needs the name of an interface that is there",        // a link-local one, RFC 4007 section 6
        SocketError.AccessDenied => "permission denied",
        SocketError.TooManyOpenSockets => "too many files are open",
        _ => $"the system says {error}",
    };

    // a path that is not there comes out as an address that is not there
    public static string OfPath(SocketError error) => error switch
    {
        SocketError.AddressNotAvailable => "there is no such file",
        SocketError.ConnectionRefused => "nobody listens there",
        SocketError.WouldBlock => "the server is behind with accepting",
        SocketError.AccessDenied => "permission denied",
        SocketError.TooManyOpenSockets => "too many files are open",
        _ => $"the system says {error}",
    };

    /// <summary>Why a name gave no address.</summary>
    public static string OfName(SocketError error, string name) => error switch
    {
        SocketError.HostNotFound => $"There is no host named {name}.",
        SocketError.NoData => $"The host {name} has no address.",
        SocketError.TryAgain => $"The address of {name} cannot be looked up now: no name server answered.",
        _ => $"The address of {name} cannot be looked up: the system says {error}.",
    };
}
