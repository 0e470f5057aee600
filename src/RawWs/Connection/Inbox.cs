using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>The hand-over from the receive loop to the one consumer: at once when it waits, through a bounded queue when it is busy.</summary>
internal sealed class Inbox(ProtocolConnection connection) : ConsumerSide
{
    private ReadyQueue _ready;
    private MoveSignal _moved;
    private PipeHold _hold;
    private SpareBuffer _spare;

    /// <summary>Whether the peer's close need not wait for its answer any more: no message waits for the consumer's reply, or the consumer closes itself and has, or its time is over.</summary>
    public bool MayAnswerClose(bool isConsumersTask)
    {
        lock (this)
            return !IsWaitedFor || (isConsumersTask ? connection.Close.Sent is not null : _current is null && _ready.IsEmpty);
    }

    /// <summary>Whether the consumer waits for a message that may come in parts.</summary>
    public bool WantsStream => Kind is ReceiveKind.Stream or ReceiveKind.Parts && !_ready.IsClosed;

    /// <summary>What waits for a busy consumer, in bytes.</summary>
    public int ReadyCost => _ready.Cost;

    /// <summary>From here on messages are received in parts, and the peer's close is answered by whoever receives them.</summary>
    public void Adapt()
    {
        lock (this)
        {
            if (IsCaughtUp)
                throw new InvalidOperationException("A receive is pending on this connection, or messages are discarded: call AsWebSocket() before the first receive.");
            IsAdapted = true;
        }
    }

    /// <summary>The consumer is done with its message, and asks for no further one yet.</summary>
    public void LetGo()
    {
        PipeWaiter waiter;
        lock (this)
        {
            Release();
            waiter = Moved();
        }
        Wake(waiter);
    }

    /// <summary>Copies from the message that the consumer holds; false when it was taken back.</summary>
    public bool TryCopyHeld(ReadOnlySpan<byte> part, Span<byte> destination)
    {
        lock (this)
        {
            if (Discards)
                return false;
            part.CopyTo(destination);
            return true;
        }
    }

    /// <summary>No message is wanted from here on, and the current one is done with.</summary>
    public void Discard()
    {
        PipeWaiter waiter;
        lock (this)
        {
            if (IsCaughtUp)
                return;
            Release();
            Discards = true;
            while (_ready.TryDequeue(out Received received))
                GiveBack(received);
            waiter = Moved();
        }
        Wake(waiter);
    }

    /// <summary>Hands a message over; true when it is done with already.</summary>
    public bool Deliver(in Received received)
    {
        lock (this)
        {
            if (IsTooLate(received))
                _ready.Close();
            if (Discards || _ready.IsClosed)
            {
                GiveBack(received);
                return true;
            }
            if (!IsWaiting)
            {
                _ready.Enqueue(received);
                return false;
            }
            Take(received, Kind);
            StopWaiting();
        }
        Complete();
        return IsCaughtUp;
    }

    /// <summary>Hands over a message that will come in parts; false when nobody waits for one any more.</summary>
    public bool TryDeliver(WebSocketMessageStream stream)
    {
        lock (this)
        {
            if (!WantsStream)
                return false;
            _current = new Received(default, stream.Type, PipeStart: -1, Owner: stream);
            StopWaiting();
        }
        Complete();
        return true;
    }

    /// <summary>A buffer for the next message: the last one that came back, or a new one.</summary>
    public MessageBuffer TakeSpareBuffer() => _spare.Take();

    /// <summary>There will be no further message; what is ready can still be taken.</summary>
    public void End()
    {
        lock (this)
        {
            IsOver = true;
            if (!IsWaiting)
                return;
            StopWaiting();
        }
        if (connection.Close.IsOrderly)
            Complete();
        else
            Fail(connection.Close.ToException());
    }

    /// <summary>Before the loop waits for bytes: the first byte that the pipe must keep, or -1. A consumer that comes back wakes the loop then.</summary>
    public long Park()
    {
        lock (this)
            return _hold.Park(_current, _ready);
    }

    /// <summary>Before the loop waits for the rest of a message of which a part is there; false when the consumer waits for that part. One that comes for it wakes the loop.</summary>
    public bool TryParkPart()
    {
        lock (this)
            return _hold.TryParkPart(isWanted: WantsStream);
    }

    /// <summary>Where the first message that the pipe must keep ends in all bytes received; 0 when it need not keep any.</summary>
    public long HeldUntil
    {
        get
        {
            lock (this)
                return PipeHold.Until(_current, _ready);
        }
    }

    /// <summary>A count that changes whenever the consumer moves on: take it, look, and wait with it.</summary>
    public int Moves => _moved.Count;

    /// <summary>Completes when the consumer has moved on since <paramref name="seen"/> was taken.</summary>
    public Task MovedAsync(int seen)
    {
        lock (this)
            return _moved.WaitAsync(seen);
    }

    /// <summary>The consumer's time is over: nothing waits for it any more.</summary>
    public void StopWaitingForConsumer()
    {
        lock (this)
        {
            IsGraceOver = true;
            _moved.Set();
        }
    }

    /// <summary>Ends the transport, whose pipe owns the memory of received messages: at once, or when the consumer is done with the last of them.</summary>
    public ValueTask DisposeWhenReleasedAsync()
    {
        lock (this)
        {
            if (_hold.TryParkEnd(_current, _ready))
                return default;
        }
        return connection.Transport.DisposeAsync();
    }

    protected override bool TryTake(ReceiveKind kind, CancellationToken ct, out Received? received, out short version)
    {
        ct.ThrowIfCancellationRequested();
        bool isTaken;
        PipeWaiter waiter;
        lock (this)
        {
            if (IsWaiting)
                throw new InvalidOperationException("A receive is pending already: await it before the next one.");
            if (IsAdapted != (kind == ReceiveKind.Parts))
                throw new InvalidOperationException("This connection is used through AsWebSocket(): receive there.");
            if (Discards && !IsOver)
                throw new InvalidOperationException("Messages are discarded on this connection: do not receive after DiscardReceives().");
            Release();
            if (_ready.TryDequeue(out Received next))
                Take(next, kind);
            isTaken = _current is not null || IsOver;
            version = isTaken ? default : Wait(kind, ct);
            received = _current;
            waiter = Moved();
        }
        Wake(waiter);
        if (isTaken && received is null)
            ThrowIfFailed();
        return isTaken;
    }

    /// <summary>Makes a message the consumer's, in the form that it asked for.</summary>
    private void Take(in Received received, ReceiveKind kind) => _current = kind == ReceiveKind.Stream ? received.InParts() : received;

    private void ThrowIfFailed()
    {
        if (!connection.Close.IsOrderly)
            throw connection.Close.ToException();
    }

    private void Release()
    {
        if (_current is { } current)
            GiveBack(current);
        _current = null;
    }

    private void GiveBack(in Received received) => _spare.Keep(received.Release());

    /// <summary>Behind our close frame a consumer is not waited for: what it has no room for is dropped, and all after it.</summary>
    private bool IsTooLate(in Received received) =>
        !IsCaughtUp && IsGraceOver && _ready.Cost + received.Cost > connection.Options.ReadAhead;

    /// <summary>The consumer has moved on: who must hear of it once the lock is free.</summary>
    private PipeWaiter Moved()
    {
        _moved.Set();
        return _hold.OnMoved(WantsStream, _current, _ready);
    }

    private void Wake(PipeWaiter waiter)
    {
        if (waiter == PipeWaiter.Loop)
            connection.Transport.Input.CancelPendingRead();
        else if (waiter == PipeWaiter.End)
            _ = connection.Transport.DisposeAsync().AsTask();
    }
}
