using System.Net;

namespace RawWs.Transport;

/// <summary>Where a listener binds: parsed from <c>ws://address:port</c> or <c>unix:/path</c>.</summary>
internal sealed record ListenAddress
{
    /// <summary>What to bind: an <see cref="IPEndPoint"/>, or a unix socket's path.</summary>
    public required EndPoint EndPoint { get; init; }

    /// <summary>Whether only processes of this machine can connect.</summary>
    public bool IsLoopback => throw new NotSupportedException();

    /// <exception cref="FormatException">The text is no address; the message says what is allowed.</exception>
    public static ListenAddress Parse(string text) => throw new NotSupportedException();

    /// <summary>The address as clients write it, with the port that was bound.</summary>
    public Uri ToUri(int port) => throw new NotSupportedException();
}
