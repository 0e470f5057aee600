namespace RawWs.Transport;

/// <summary>Who completes a pending read: one word on which the reader, the end of a wait, cancellers and the final completion agree.</summary>
internal struct ReadState
{
    /// <summary>A read is pending, and nobody has taken it to complete it.</summary>
    private const int Pending = 1;

    /// <summary>Somebody has taken the pending read, and its result is not fetched yet.</summary>
    private const int Taken = 2;

    /// <summary>The source is being waited for; this outlives a read that was cancelled.</summary>
    private const int Waiting = 4;

    private const int CancelRequested = 8;
    private const int Completed = 16;

    private int _word;

    public readonly bool IsCompleted => (Volatile.Read(in _word) & Completed) != 0;

    /// <summary>Whether a read has begun whose result is not fetched yet.</summary>
    public readonly bool IsReading => (Volatile.Read(in _word) & (Pending | Taken)) != 0;

    /// <summary>Whether the source is being waited for.</summary>
    public readonly bool IsWaiting => (Volatile.Read(in _word) & Waiting) != 0;

    /// <summary>True once for each cancellation that met no pending read.</summary>
    public bool TryConsumeCancel() =>
        (Volatile.Read(in _word) & CancelRequested) != 0
        && (Interlocked.And(ref _word, ~CancelRequested) & CancelRequested) != 0;

    /// <summary>Makes the read pending, with a wait that ends it. False: a cancellation came first and is used up by it.</summary>
    /// <param name="mustWait">Whether the caller must start the wait: no earlier one is still outstanding.</param>
    public bool TryBegin(out bool mustWait)
    {
        int seen = Volatile.Read(in _word);
        while (true)
        {
            bool isCanceled = (seen & CancelRequested) != 0;
            int next = isCanceled ? seen & ~CancelRequested : (seen & ~Taken) | Pending | Waiting;
            int found = Interlocked.CompareExchange(ref _word, next, seen);
            if (found == seen)
            {
                mustWait = (seen & Waiting) == 0;
                return !isCanceled;
            }

            seen = found;
        }
    }

    /// <summary>Ends the wait within the reader's own call. False: a canceller has the read.</summary>
    public bool TryResume() => (Interlocked.And(ref _word, ~(Waiting | Pending)) & Pending) != 0;

    /// <summary>Ends the wait from outside. True: the caller now completes the read.</summary>
    /// <param name="isLast">Whether the reader is completed, and no read is left either.</param>
    public bool TryTake(out bool isLast)
    {
        int seen = Volatile.Read(in _word);
        while (true)
        {
            bool isPending = (seen & Pending) != 0;
            int next = isPending ? (seen & ~(Waiting | Pending)) | Taken : seen & ~Waiting;
            int found = Interlocked.CompareExchange(ref _word, next, seen);
            if (found == seen)
            {
                isLast = (next & (Completed | Taken)) == Completed;
                return isPending;
            }

            seen = found;
        }
    }

    /// <summary>Cancels the pending read, or else the next one. True: the caller now completes it; the wait goes on beneath.</summary>
    public bool TryCancel()
    {
        int seen = Volatile.Read(in _word);
        while (true)
        {
            bool isPending = (seen & Pending) != 0;
            int next = isPending ? (seen & ~Pending) | Taken : seen | CancelRequested;
            int found = Interlocked.CompareExchange(ref _word, next, seen);
            if (found == seen)
                return isPending;
            seen = found;
        }
    }

    /// <summary>The result of a taken read was fetched. True: the reader was completed meanwhile.</summary>
    /// <param name="isWaiting">Whether the wait goes on beneath, whose end then does what is left to do.</param>
    public bool EndTaken(out bool isWaiting)
    {
        int before = Interlocked.And(ref _word, ~Taken);
        isWaiting = (before & Waiting) != 0;
        return (before & Completed) != 0;
    }

    /// <summary>No more reads. False: that was said before.</summary>
    /// <param name="isReading">Whether a read is still under way, which then does what is left to do.</param>
    /// <param name="isWaiting">Whether the source is being waited for still.</param>
    public bool TryComplete(out bool isReading, out bool isWaiting)
    {
        int before = Interlocked.Or(ref _word, Completed);
        isReading = (before & (Pending | Taken)) != 0;
        isWaiting = (before & Waiting) != 0;
        return (before & Completed) == 0;
    }
}
