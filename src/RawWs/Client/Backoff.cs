using System.Net.WebSockets;

namespace RawWs.Client;

/// <summary>How long to wait before the next attempt: exponential, with full jitter, so that the clients of a server that restarts do not come back all at once.</summary>
/// <param name="options">The bounds.</param>
/// <param name="draw">A number from 0 to 1, 1 excluded.</param>
internal sealed class Backoff(ReconnectOptions options, Func<double> draw)
{
    /// <summary>The spread that the registry of close codes asks for with 1012 and 1013.</summary>
    public static readonly TimeSpan ShortestRestart = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan LongestRestart = TimeSpan.FromSeconds(30);

    /// <summary>The longest <c>Retry-After</c> that is obeyed: a server must not send its clients away for good by one answer.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <summary>Enough to come from the shortest to the longest time that is sensible.</summary>
    private const int MostDoublings = 30;

    private const WebSocketCloseStatus ServiceRestart = (WebSocketCloseStatus)1012;
    private const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;

    private int _failures;

    /// <summary>After an attempt that failed.</summary>
    public TimeSpan AfterFailure(Exception failure, DateTimeOffset now)
    {
        TimeSpan delay = Next();
        string? retryAfter = (failure as WebSocketHandshakeException)?.Headers
            .FirstOrDefault(static field => field.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value;
        return RetryAfter.Read(retryAfter, now) is { } asked ? Min(asked, LongestRetryAfter) + delay : delay;
    }

    /// <summary>After a connection that ended.</summary>
    public TimeSpan AfterConnection(TimeSpan lived, WebSocketCloseStatus? status)
    {
        if (lived >= options.StableAfter && status != TryAgainLater)
            _failures = 0;
        TimeSpan delay = Next();
        return status is ServiceRestart or TryAgainLater && delay < LongestRestart
            ? ShortestRestart + ((LongestRestart - ShortestRestart) * draw())
            : delay;
    }

    private TimeSpan Next()
    {
        double longest = Math.Min(options.FirstDelay.Ticks * Math.Pow(2, Math.Min(_failures++, MostDoublings)), options.MaxDelay.Ticks);
        return TimeSpan.FromTicks((long)(longest * draw()));
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
