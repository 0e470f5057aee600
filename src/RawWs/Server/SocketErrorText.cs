using System.Net;
using System.Net.Sockets;

namespace RawWs.Server;

/// <summary>Says in words why an address cannot be listened on; small programs are built without the platform's own texts.</summary>
internal static class SocketErrorText
{
    public static string Of(SocketError error, EndPoint endPoint) => endPoint is UnixDomainSocketEndPoint ? OfPath(error) : error switch
    {
        SocketError.AddressAlreadyInUse => "the address is in use already; stop the other program, or choose another port (0 takes any free one).",
        SocketError.AddressNotAvailable => "this machine does not have that address.",
        SocketError.AccessDenied => "permission was denied; ports below 1024 need more rights.",
        SocketError.AddressFamilyNotSupported => "this machine does not support that kind of address.",
        _ => $"the system says {error}.",
    };

    // where the system cannot find the folder, the error that comes out speaks of addresses
    private static string OfPath(SocketError error) => error switch
    {
        SocketError.AddressAlreadyInUse => "a server listens there already, or a file that is no socket has that name.",
        SocketError.AccessDenied => "permission was denied; the folder must be one that this user may write to.",
        _ => "the folder does not exist, or cannot hold a socket.",
    };
}
