using System.Net;
using System.Net.Sockets;

namespace RawWs.Server;

/// <summary>A peer as the log names it; the text is made only when an event is written.</summary>
internal readonly record struct PeerName(EndPoint? EndPoint)
{
    public static implicit operator PeerName(EndPoint? endPoint) => new(endPoint);

    public override string ToString() => EndPoint switch
    {
        UnixDomainSocketEndPoint => "a unix socket peer",               // a client's end has no name
        _ => EndPoint?.ToString() ?? "an unknown peer",
    };
}
