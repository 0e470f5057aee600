namespace RawWs.ClientLoad;

/// <summary>The measured time: only what happens between <see cref="Open"/> and <see cref="Close"/> counts, and after that nothing new is sent.</summary>
internal sealed class Window
{
    private volatile Phase _phase;

    private enum Phase
    {
        Before,
        Open,
        Over,
    }

    public LatencyHistogram Latency { get; } = new();

    public bool IsOver => _phase == Phase.Over;

    public void Open() => _phase = Phase.Open;

    public void Close() => _phase = Phase.Over;

    public void Add(long ticks)
    {
        if (_phase == Phase.Open)
            Latency.Add(ticks);
    }
}
