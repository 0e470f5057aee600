namespace RawWs.Connection;

/// <summary>The contexts that connections keep, over the whole process.</summary>
internal sealed class KeptContexts
{
    private int _pinned;

    public static KeptContexts Shared { get; } = new();

    /// <summary>The most of them.</summary>
    public int Max { get; set; } = 1000;

    /// <summary>Whether one more connection may have context takeover in the direction that it receives, which takes an inflater for good. Whoever gets it gives it back by <see cref="Unpin"/>.</summary>
    public bool TryPin() => Interlocked.Increment(ref _pinned) <= Max;

    public void Unpin() => Interlocked.Decrement(ref _pinned);
}
