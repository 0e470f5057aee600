namespace RawWs.Host;

/// <summary>Gives back what the handshakes of a burst of connections left behind: one compacting collection, when the burst is over.</summary>
/// <remarks>Connections that idle allocate nothing, so without it that garbage would stay for as long as they do.</remarks>
internal sealed class MemoryTrimmer : IDisposable
{
    /// <summary>Fewer new connections than this leave less behind than a collection is worth.</summary>
    public const int Burst = 1000;

    /// <summary>A burst is over when no connection was opened for this long.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    private readonly Action _collect;
    private readonly ITimer _timer;
    private int _opened;
    private int _seen;

    public MemoryTrimmer(TimeProvider time, Action collect)
    {
        _collect = collect;
        _timer = time.CreateTimer(static trimmer => ((MemoryTrimmer)trimmer!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Makes every route of a server count its new connections.</summary>
    public void Watch(WebSocketServerOptions options) =>
        options.Defaults = options.Defaults with
        {
            OnUpgrade = (_, _) =>
            {
                OnOpening();
                return ValueTask.FromResult(UpgradeDecision.Accept());
            },
        };

    public void OnOpening()
    {
        if (Interlocked.Increment(ref _opened) == Burst)
            _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        int opened = Volatile.Read(ref _opened);
        if (opened != _seen)
        {
            _seen = opened;
            _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
            return;
        }
        _seen = 0;
        Interlocked.Exchange(ref _opened, 0);
        _collect();
    }
}
