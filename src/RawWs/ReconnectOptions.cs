namespace RawWs;

/// <summary>How <see cref="WebSocketClient.ConnectForeverAsync"/> waits between attempts: exponential back-off with full jitter. Immutable: change a copy by <c>with</c>.</summary>
public sealed record ReconnectOptions
{
    /// <summary>The longest wait after the first failure; each further failure doubles it, and the wait itself is drawn between zero and it. Default 1 s.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What the longest wait grows to. Default 1 minute.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a connection must have lived for the next wait to be short again. Default 30 s.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether to try again after a failed attempt; by default after failures of the network, of a proxy, of time, and after answers that say so (408, 425, 429, 5xx).</summary>
    public Func<Exception, bool>? ShouldRetry { get; init; }

    /// <summary>Called before each wait: why the last attempt failed (<see langword="null"/> when a connection ended), and how long it waits.</summary>
    public Action<Exception?, TimeSpan>? OnRetry { get; init; }
}
