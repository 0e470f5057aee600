namespace RawWs;

/// <summary>Limits and deadlines of a connection, the same for both roles: the base of <see cref="WebSocketEndpointOptions"/> and <see cref="WebSocketClientOptions"/>.</summary>
/// <remarks>Zero means no limit, or off, unless a member says otherwise. Immutable: change a copy by <c>with</c>.</remarks>
public abstract record WebSocketConnectionOptions
{
    private protected WebSocketConnectionOptions()
    {
    }

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

    /// <summary>Whether and how messages are compressed (RFC 7692), where the other side agrees; <see langword="null"/>, the default, for not at all: an attacker has one thing less to work on.</summary>
    public CompressionOptions? Compression { get; init; }

    /// <summary>How long the closing handshake may take before the connection is aborted (RFC 6455 section 7.1.1). Default 10 s; must not be zero.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
