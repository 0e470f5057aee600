namespace RawWs.Connection;

/// <summary>Who goes on because the consumer has moved on.</summary>
internal enum PipeWaiter : byte
{
    None,

    /// <summary>The receive loop, which waits for bytes.</summary>
    Loop,

    /// <summary>The end of the transport, whose memory messages lie in.</summary>
    End,
}

/// <summary>What the pipe must keep for the consumer, and who waits for the consumer to let it go. A mutable struct: its one owner guards it.</summary>
internal struct PipeHold
{
    private bool _isLoopParked;
    private bool _isPartParked;
    private bool _isEndParked;

    /// <summary>Where the first message that the pipe must keep ends in all bytes received; 0 when it need not keep any.</summary>
    public static long Until(in Received? current, in ReadyQueue ready) => First(current, ready)?.PipeEnd ?? 0;

    /// <summary>Before the loop waits for bytes: the first byte that the pipe must keep, or -1. A consumer that comes back wakes the loop then.</summary>
    public long Park(in Received? current, in ReadyQueue ready)
    {
        long start = First(current, ready)?.PipeStart ?? -1;
        _isLoopParked = start >= 0;
        return start;
    }

    /// <summary>Before the loop waits for the rest of a message of which a part is there; false when that part is wanted at once.</summary>
    public bool TryParkPart(bool isWanted) => _isPartParked = !isWanted;

    /// <summary>When the loop is over: whether the transport must wait for the consumer.</summary>
    public bool TryParkEnd(in Received? current, in ReadyQueue ready)
    {
        _isLoopParked = false;                                          // nothing else is left to wake
        return _isEndParked = First(current, ready) is not null;
    }

    /// <summary>The consumer has moved on: who does so as well.</summary>
    public PipeWaiter OnMoved(bool wantsPart, in Received? current, in ReadyQueue ready)
    {
        if (_isPartParked && wantsPart)
        {
            _isPartParked = false;
            return PipeWaiter.Loop;
        }
        if (!(_isLoopParked || _isEndParked) || First(current, ready) is not null)
            return PipeWaiter.None;
        PipeWaiter waiter = _isLoopParked ? PipeWaiter.Loop : PipeWaiter.End;
        (_isLoopParked, _isEndParked) = (false, false);
        return waiter;
    }

    private static Received? First(in Received? current, in ReadyQueue ready) => current is { IsInPipe: true } ? current : ready.FirstHeld();
}
