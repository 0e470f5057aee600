using Microsoft.Extensions.Logging;

namespace RawWs;

/// <summary>How a server moves bytes.</summary>
public enum TransportKind
{
    /// <summary>The best that this platform has.</summary>
    Auto,

    /// <summary>The portable one, over <see cref="System.Net.Sockets.Socket"/>.</summary>
    Sockets,
}

/// <summary>Where a server listens, whom it lets in, and the limits of its handshakes. Read once, when the server starts.</summary>
/// <remarks>Zero means no limit, or off, unless a member says otherwise.</remarks>
public sealed class WebSocketServerOptions
{
    /// <summary>The addresses to listen on: <c>ws://127.0.0.1:8080</c>, <c>wss://0.0.0.0:443</c> (with <see cref="Tls"/>), <c>ws://[::1]:0</c> (0: any free port), <c>unix:/path</c>.</summary>
    public IList<string> Listen { get; init; } = [];

    /// <summary>TLS of the <c>wss://</c> addresses.</summary>
    public TlsServerOptions Tls { get; init; } = new();

    /// <summary>How bytes are moved. Default the best of the platform.</summary>
    public TransportKind Transport { get; set; }

    /// <summary>How many connections may wait to be accepted, by listener. Default 512.</summary>
    public int Backlog { get; set; } = 512;

    /// <summary>The most connections at once, handshakes included; a further one is answered with 503. Protects memory. Default no limit.</summary>
    public int MaxConnections { get; set; }

    /// <summary>The most connections at once from one address; a further one is answered with 503. Default no limit.</summary>
    public int MaxConnectionsPerAddress { get; set; }

    /// <summary>Values of <c>Host</c> that are served, without a port. Protects from DNS rebinding. A loopback listener serves <c>localhost</c>, <c>127.0.0.1</c> and <c>[::1]</c> besides; on other listeners an empty list serves every host.</summary>
    public IList<string> AllowedHosts { get; init; } = [];

    /// <summary>How long a new peer may take to finish its request; then it is answered with 408. Bounds slow-header attacks. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest request line (else 414) or header line (else 431), in bytes. Default 8 KiB.</summary>
    public int MaxLineBytes { get; set; } = 8 * 1024;

    /// <summary>The longest request head, in bytes, else 431. Default 16 KiB.</summary>
    public int MaxHeadBytes { get; set; } = 16 * 1024;

    /// <summary>The most header fields, else 431. Default 64.</summary>
    public int MaxHeaders { get; set; } = 64;

    /// <summary>The longest body of an ordinary HTTP request, in bytes, else 413. Default 64 KiB.</summary>
    public int MaxBodyBytes { get; set; } = 64 * 1024;

    /// <summary>The options of every route that does not change them.</summary>
    public WebSocketEndpointOptions Defaults { get; set; } = new();

    /// <summary>Where the server logs to; <see langword="null"/> logs nothing.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Logs each handshake's heads and each frame, in and out, to the category <c>RawWs.Frames</c>: for learning, and for finding a fault. Credentials in heads are blanked; the first 64 bytes of payloads are not, and each frame costs a line. Default off, which costs nothing.</summary>
    public bool LogFrames { get; set; }

    /// <summary>The clock of all deadlines. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
