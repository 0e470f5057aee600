namespace RawWs;

/// <summary>Limits, deadlines and choices of one route; <see cref="WebSocketServerOptions.Defaults"/> holds those of all routes.</summary>
/// <remarks>Zero means no limit, or off, unless a member says otherwise. Immutable: change a copy by <c>with</c>.</remarks>
public sealed record WebSocketEndpointOptions
{
    /// <summary>The largest message that is received, in bytes; a larger one is refused with 1009. Protects memory. Default 1 MiB.</summary>
    public long MaxMessageBytes { get; init; } = 1024 * 1024;

    /// <summary>The most frames of one received message, empty ones included; one more is refused with 1008. Protects memory and CPU from tiny fragments. Default 1024.</summary>
    public int MaxFragments { get; init; } = 1024;

    /// <summary>How many bytes are read beyond the message that the application is busy with, to see pings and the close; then reading stops (TCP back-pressure). Default 64 KiB; at least 1.</summary>
    public int ReadAhead { get; init; } = 64 * 1024;

    /// <summary>How long the peer may take none of the bytes that wait for it before the connection is aborted. Protects from peers that stopped reading. Default 20 s.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How many bytes may wait behind the message that is being written; further sends wait. Bounds the memory a slow peer costs. Default 1 MiB.</summary>
    public int MaxQueuedBytes { get; init; } = 1024 * 1024;

    /// <summary>A ping is sent when nothing was received for this long (RFC 6455 section 5.5.2). Finds dead peers. Default 20 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long after a ping something must have been received, else the connection is aborted. Default 20 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A connection that received and sent no message for this long is closed with 1001. Default off.</summary>
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>How long the closing handshake may take before the connection is aborted (RFC 6455 section 7.1.1). Default 10 s; must not be zero.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Origins that may connect besides the same origin, such as <c>https://app.example</c>; <c>*</c> allows every origin (RFC 6455 section 10.2). Protects browsers' users from foreign pages.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Whether a request without <c>Origin</c>, which no browser sends, may connect. Default true.</summary>
    public bool AllowMissingOrigin { get; init; } = true;

    /// <summary>The subprotocols of this route, best first; the first that the client offers too is chosen (RFC 6455 section 1.9).</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>Whether a client that offers none of <see cref="Subprotocols"/> is refused with 400. Default false: the answer omits the header.</summary>
    public bool RequireSubprotocol { get; init; }

    /// <summary>Called for each valid upgrade request before it is answered: accepts it, with a subprotocol and headers, or rejects it. The token fires when the handshake deadline passes or the server stops.</summary>
    public Func<HttpRequest, CancellationToken, ValueTask<UpgradeDecision>>? OnUpgrade { get; init; }
}
