using System.Threading.Tasks.Sources;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>The hand-over from the receive loop to the one consumer: at once when it waits, through a bounded queue when it is busy.</summary>
internal sealed class Inbox(ProtocolConnection connection) : IValueTaskSource<bool>, IValueTaskSource<WebSocketMessage?>, IValueTaskSource<WebSocketMessageStream?>
{
    private enum Consumer : byte
    {
        /// <summary>Has not asked yet, or is busy with the current message.</summary>
        Busy,
        WaitsForMessage,
        WaitsForStream,
        WaitsForParts,

        /// <summary>Wants no message any more.</summary>
        Discards,
    }

    private ManualResetValueTaskSourceCore<bool> _wait;
    private ReceiveCancellation? _cancellation;
    private Consumer _consumer;
    private Received? _current;
    private ReadyQueue _ready;
    private MoveSignal _moved;
    private bool _isLoopParked;
    private bool _isPartParked;
    private bool _isAdapted;
    private bool _isOver;
    private bool _isGraceOver;
    private bool _isClosed;
    private Action? _whenReleased;
    private MessageBuffer? _spare;

    /// <summary>Whether the consumer has nothing left to do: it waits, or wants nothing more.</summary>
    public bool IsCaughtUp => _consumer != Consumer.Busy;

    /// <summary>Whether the peer's close need not wait for its answer any more: no message waits for the consumer's reply, or the consumer closes itself and has, or its time is over.</summary>
    public bool MayAnswerClose(bool isConsumersTask)
    {
        lock (this)
            return !IsWaitedFor || (isConsumersTask ? connection.Close.Sent is not null : _current is null && _ready.IsEmpty);
    }

    /// <summary>Whether the consumer is busy and has time left.</summary>
    public bool IsWaitedFor => !IsCaughtUp && !_isGraceOver;

    /// <summary>Whether the consumer is not waited for any more, whatever it does.</summary>
    public bool IsGraceOver => _isGraceOver;

    /// <summary>Whether the application uses the connection as the framework's WebSocket: it receives in parts, and answers the peer's close itself.</summary>
    public bool IsAdapted => _isAdapted;

    public bool WantsStream => _consumer is Consumer.WaitsForStream or Consumer.WaitsForParts && !_isClosed;

    public bool Discards => _consumer == Consumer.Discards;

    /// <summary>What waits for a busy consumer, in bytes.</summary>
    public int ReadyCost => _ready.Cost;

    /// <summary>The message that the consumer holds.</summary>
    public WebSocketMessage Current => ToMessage(_current) ?? throw new InvalidOperationException("There is no current message: call MoveNextAsync first.");

    /// <summary>Receives a message into <see cref="Current"/>; false after a clean close.</summary>
    public ValueTask<bool> MoveNextAsync(CancellationToken ct) =>
        TryTake(Consumer.WaitsForMessage, ct, out Received? received, out short version) ? new(received is not null) : new(this, version);

    public ValueTask<WebSocketMessage?> ReceiveAsync(CancellationToken ct) =>
        TryTake(Consumer.WaitsForMessage, ct, out Received? received, out short version)
            ? new(ToMessage(received))
            : new(this, version);

    public ValueTask<WebSocketMessageStream?> ReceiveStreamAsync(CancellationToken ct) =>
        TryTake(Consumer.WaitsForStream, ct, out Received? received, out short version)
            ? new(received is null ? null : TakeStream())
            : new(this, version);

    /// <summary>Receives a message into <see cref="Held"/>, whole when it is so already, else as a stream; false when the peer has closed. For the one who called <see cref="Adapt"/>.</summary>
    public ValueTask<bool> MoveNextInPartsAsync() =>
        TryTake(Consumer.WaitsForParts, CancellationToken.None, out Received? received, out short version) ? new(received is not null) : new(this, version);

    /// <summary>The message that the consumer holds, as it came.</summary>
    public Received Held => _current!.Value;

    /// <summary>From here on messages are received in parts, and the peer's close is answered by whoever receives them.</summary>
    public void Adapt()
    {
        lock (this)
        {
            if (_consumer != Consumer.Busy)
                throw new InvalidOperationException("A receive is pending on this connection, or messages are discarded: call AsWebSocket() before the first receive.");
            _isAdapted = true;
        }
    }

    /// <summary>The consumer is done with its message, and asks for no further one yet.</summary>
    public void LetGo()
    {
        Action? moved;
        lock (this)
        {
            Release();
            moved = Moved();
        }
        moved?.Invoke();
    }

    /// <summary>No message is wanted from here on, and the current one is done with.</summary>
    public void Discard()
    {
        Action? moved;
        lock (this)
        {
            if (_consumer != Consumer.Busy)
                return;
            Release();
            _consumer = Consumer.Discards;
            while (_ready.TryDequeue(out Received received))
                GiveBack(received);
            moved = Moved();
        }
        moved?.Invoke();
    }

    /// <summary>Hands a message over; true when it is done with already.</summary>
    public bool Deliver(in Received received)
    {
        lock (this)
        {
            _isClosed |= IsTooLate(received);
            if (_consumer == Consumer.Discards || _isClosed)
            {
                GiveBack(received);
                return true;
            }
            if (_consumer == Consumer.Busy)
            {
                _ready.Enqueue(received);
                return false;
            }
            _current = received;
            StopWaiting();
        }
        _wait.SetResult(true);                                          // the consumer runs here
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
        _wait.SetResult(true);
        return true;
    }

    /// <summary>A buffer for the next message: the last one that came back, or a new one.</summary>
    public MessageBuffer TakeSpareBuffer() => Interlocked.Exchange(ref _spare, null) ?? new();

    /// <summary>There will be no further message; what is ready can still be taken.</summary>
    public void End()
    {
        lock (this)
        {
            _isOver = true;
            if (!IsWaiting)
                return;
            StopWaiting();
        }
        if (connection.Close.IsOrderly)
            _wait.SetResult(true);
        else
            _wait.SetException(connection.Close.ToException());
    }

    /// <summary>Before the loop waits for bytes: the first byte that the pipe must keep, or -1. A consumer that comes back wakes the loop then.</summary>
    public long Park()
    {
        lock (this)
        {
            long start = FirstHeld()?.PipeStart ?? -1;
            _isLoopParked = start >= 0;
            return start;
        }
    }

    /// <summary>Before the loop waits for the rest of a message of which a part is there; false when the consumer waits for that part. One that comes for it wakes the loop.</summary>
    public bool TryParkPart()
    {
        lock (this)
            return _isPartParked = !WantsStream;
    }

    /// <summary>Where the first message that the pipe must keep ends in all bytes received; 0 when it need not keep any.</summary>
    public long HeldUntil
    {
        get
        {
            lock (this)
                return FirstHeld()?.PipeEnd ?? 0;
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
            _isGraceOver = true;
            _moved.Set();
        }
    }

    /// <summary>Ends the transport, whose pipe owns the memory of received messages: at once, or when the consumer is done with the last of them.</summary>
    public ValueTask DisposeWhenReleasedAsync(IAsyncDisposable transport)
    {
        lock (this)
        {
            if (FirstHeld() is null)
                return transport.DisposeAsync();
            _isLoopParked = false;                                      // the loop is over: nothing else is left to wake
            _whenReleased = () => _ = transport.DisposeAsync().AsTask();
            return default;
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        _wait.GetResult(token);
        return _current is not null;
    }

    WebSocketMessage? IValueTaskSource<WebSocketMessage?>.GetResult(short token)
    {
        _wait.GetResult(token);
        return ToMessage(_current);
    }

    WebSocketMessageStream? IValueTaskSource<WebSocketMessageStream?>.GetResult(short token)
    {
        _wait.GetResult(token);
        return _current is null ? null : TakeStream();
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource<WebSocketMessage?>.GetStatus(short token) => _wait.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource<WebSocketMessageStream?>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource<WebSocketMessage?>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource<WebSocketMessageStream?>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private bool TryTake(Consumer kind, CancellationToken ct, out Received? received, out short version)
    {
        ct.ThrowIfCancellationRequested();
        bool isTaken;
        Action? moved;
        lock (this)
        {
            if (IsWaiting)
                throw new InvalidOperationException("A receive is pending already: await it before the next one.");
            if (_isAdapted != (kind == Consumer.WaitsForParts))
                throw new InvalidOperationException("This connection is used through AsWebSocket(): receive there.");
            if (_consumer == Consumer.Discards && !_isOver)
                throw new InvalidOperationException("Messages are discarded on this connection: do not receive after DiscardReceives().");
            Release();
            isTaken = TryDequeue() || _isOver;
            if (!isTaken)
                Wait(kind, ct);
            (received, version) = (_current, _wait.Version);
            moved = Moved();
        }
        moved?.Invoke();
        if (isTaken && received is null)
            ThrowIfFailed();
        return isTaken;
    }

    private void Wait(Consumer kind, CancellationToken ct)
    {
        _wait.Reset();
        _consumer = kind;
        if (ct.CanBeCanceled)
            (_cancellation = new(this, ct)).Register();
    }

    /// <summary>Ends the wait that <paramref name="source"/> belongs to, if it is still the one.</summary>
    public void Cancel(ReceiveCancellation source, CancellationToken ct)
    {
        lock (this)
        {
            if (_cancellation != source || !IsWaiting)
                return;
            StopWaiting();
        }
        _wait.SetException(new OperationCanceledException(ct));
    }

    private bool IsWaiting => _consumer is Consumer.WaitsForMessage or Consumer.WaitsForStream or Consumer.WaitsForParts;

    private void StopWaiting()
    {
        _consumer = Consumer.Busy;
        _cancellation?.Unregister();
        _cancellation = null;
    }

    private bool TryDequeue()
    {
        if (!_ready.TryDequeue(out Received received))
            return false;
        _current = received;
        return true;
    }

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

    private void GiveBack(in Received received)
    {
        WebSocketMessageStream? stream = received.Owner as WebSocketMessageStream;
        stream?.Dispose();
        if ((stream?.Buffer ?? received.Owner as MessageBuffer) is not { } buffer)
            return;
        buffer.Reset();
        Volatile.Write(ref _spare, buffer);
    }

    /// <summary>Behind our close frame a consumer is not waited for: what it has no room for is dropped, and all after it, so that there are no gaps.</summary>
    private bool IsTooLate(in Received received) =>
        _consumer == Consumer.Busy && _isGraceOver && _ready.Cost + received.Cost > connection.Options.ReadAhead;

    private Received? FirstHeld() => _current is { IsInPipe: true } current ? current : _ready.FirstHeld();

    /// <summary>The consumer has moved on: who must hear of it once the lock is free.</summary>
    private Action? Moved()
    {
        _moved.Set();
        if (_isPartParked && WantsStream)
        {
            _isPartParked = false;
            return connection.Transport.Input.CancelPendingRead;
        }
        if (!_isLoopParked && _whenReleased is null)
            return null;
        if (FirstHeld() is not null)
            return null;
        Action? next = _isLoopParked ? connection.Transport.Input.CancelPendingRead : _whenReleased;
        (_isLoopParked, _whenReleased) = (false, null);
        return next;
    }

    private static WebSocketMessage? ToMessage(Received? received) =>
        received is { } message ? new WebSocketMessage(message.Payload, message.Type) : null;

    /// <summary>The current message as a stream, which ends with it.</summary>
    private WebSocketMessageStream TakeStream()
    {
        lock (this)
        {
            Received message = _current!.Value;
            WebSocketMessageStream stream = message.Owner as WebSocketMessageStream ?? StreamedMessage.Over(message);
            _current = message with { Owner = stream };
            return stream;
        }
    }
}
