using System.Net;
using Microsoft.Extensions.Logging;

namespace RawWs;

/// <summary>What a client asks for, how it gets there, and the limits and deadlines of its connections.</summary>
/// <remarks>Zero means no limit, or off, unless a member says otherwise. Immutable: change a copy by <c>with</c>; one may serve any number of connections.</remarks>
public sealed record WebSocketClientOptions : WebSocketConnectionOptions
{
    /// <summary>The subprotocols to offer, best first (RFC 6455 section 1.9); the answer is <see cref="WebSocketConnection.Subprotocol"/>. Sent wherever a redirect leads: no place for a token.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>Header fields to add to the request. Not sent to another origin on a redirect.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The value of <c>Origin</c>, for servers that want one (RFC 6455 section 10.2). Default none.</summary>
    public string? Origin { get; init; }

    /// <summary>Cookies to send, and where those of the answer go. None are sent to another origin on a redirect.</summary>
    public CookieContainer? Cookies { get; init; }

    /// <summary>What to show in <c>Authorization</c>; a user and password in the URI mean the same. Not sent to another origin on a redirect.</summary>
    public WebSocketCredentials? Credentials { get; init; }

    /// <summary>How long it may take to have a way to the server: name look-up, TCP, proxy, TLS. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the server may then take to answer the upgrade request. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many redirects to follow, at most 10. Never from <c>wss://</c> to <c>ws://</c>. Default none.</summary>
    public int MaxRedirects { get; init; }

    /// <summary>Whether this process opens one connection at a time to an address, and the others wait for their turn, as RFC 6455 section 4.1 (item 2) asks: meant against pages that flood a server from many browsers. The wait counts for no deadline. Default false: whoever writes a program may connect as it needs, and load tests must.</summary>
    public bool ConnectInTurn { get; init; }

    /// <summary>The way to the server. Default by the environment.</summary>
    public WebSocketProxy Proxy { get; init; } = WebSocketProxy.FromEnvironment;

    /// <summary>The path of a unix socket to connect to, instead of the URI's host and port, which are still what the request names.</summary>
    public string? UnixSocket { get; init; }

    /// <summary>Makes the stream to the server, instead of sockets and proxies: gets the URI, gives a connected stream, which the connection owns; TLS is put over it for <c>wss://</c>.</summary>
    public Func<Uri, CancellationToken, ValueTask<Stream>>? ConnectCallback { get; init; }

    /// <summary>TLS of <c>wss://</c>.</summary>
    public TlsClientOptions Tls { get; init; } = new();

    /// <summary>The longest line of the answer's head, in bytes. Default 8 KiB.</summary>
    public int MaxLineBytes { get; init; } = 8 * 1024;

    /// <summary>The longest head of the answer, in bytes. Default 16 KiB.</summary>
    public int MaxHeadBytes { get; init; } = 16 * 1024;

    /// <summary>The most header fields of the answer. Default 64.</summary>
    public int MaxHeaders { get; init; } = 64;

    /// <summary>How <see cref="WebSocketClient.ConnectForeverAsync"/> waits.</summary>
    public ReconnectOptions Reconnect { get; init; } = new();

    /// <summary>Where the client logs to; <see langword="null"/> logs nothing.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>Logs the heads of each handshake and each frame, in and out, to the category <c>RawWs.Frames</c>; credentials in heads are blanked. Default off, which costs nothing.</summary>
    public bool LogFrames { get; init; }

    /// <summary>The clock of all deadlines. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
