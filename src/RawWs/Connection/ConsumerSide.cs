using System.Threading.Tasks.Sources;

namespace RawWs.Connection;

/// <summary>What the consumer waits for.</summary>
internal enum ReceiveKind : byte
{
    None,
    Message,
    Stream,

    /// <summary>A message: whole when it is so already, else as a stream.</summary>
    Parts,
}

/// <summary>The consumer's side of an inbox: receives in each of their forms, and what the consumer does between them. Guarded by the lock on itself.</summary>
/// <remarks>A base class, because every idle connection would pay for an object.</remarks>
internal abstract class ConsumerSide : IValueTaskSource<bool>, IValueTaskSource<WebSocketMessage?>, IValueTaskSource<WebSocketMessageStream?>
{
    private ManualResetValueTaskSourceCore<bool> _wait;
    private ReceiveCancellation? _cancellation;

    /// <summary>The message that the consumer is not done with.</summary>
    protected Received? _current;

    /// <summary>The message that the consumer holds.</summary>
    public WebSocketMessage Current => _current?.Message ?? throw new InvalidOperationException("There is no current message: call MoveNextAsync first.");

    /// <summary>The message that the consumer holds, as it came.</summary>
    public Received Held => _current!.Value;

    /// <summary>Whether the application uses the connection as the framework's WebSocket: it receives in parts, and answers the peer's close itself.</summary>
    public bool IsAdapted { get; protected set; }

    /// <summary>Whether the consumer wants no message any more.</summary>
    public bool Discards { get; protected set; }

    /// <summary>Whether the consumer is not waited for any more, whatever it does.</summary>
    public bool IsGraceOver { get; protected set; }

    /// <summary>Whether the consumer is busy and has time left.</summary>
    public bool IsWaitedFor => !IsCaughtUp && !IsGraceOver;

    /// <summary>Whether the consumer has nothing left to do: it waits, or wants nothing more.</summary>
    protected bool IsCaughtUp => IsWaiting || Discards;

    protected bool IsWaiting => Kind != ReceiveKind.None;

    /// <summary>What the consumer waits for.</summary>
    protected ReceiveKind Kind { get; private set; }

    /// <summary>Whether no further message will come.</summary>
    protected bool IsOver { get; set; }

    /// <summary>Receives a message into <see cref="Current"/>; false after a clean close.</summary>
    public ValueTask<bool> MoveNextAsync(CancellationToken ct) =>
        TryTake(ReceiveKind.Message, ct, out Received? received, out short version) ? new(received is not null) : new(this, version);

    public ValueTask<WebSocketMessage?> ReceiveAsync(CancellationToken ct) =>
        TryTake(ReceiveKind.Message, ct, out Received? received, out short version) ? new(received?.Message) : new(this, version);

    public ValueTask<WebSocketMessageStream?> ReceiveStreamAsync(CancellationToken ct) =>
        TryTake(ReceiveKind.Stream, ct, out Received? received, out short version) ? new(received?.Stream) : new(this, version);

    /// <summary>Receives a message into <see cref="Held"/>, whole when it is so already, else as a stream; false when the peer has closed. For the one who called <see cref="Inbox.Adapt"/>.</summary>
    public ValueTask<bool> MoveNextInPartsAsync() =>
        TryTake(ReceiveKind.Parts, CancellationToken.None, out Received? received, out short version) ? new(received is not null) : new(this, version);

    /// <summary>Ends the wait that <paramref name="source"/> belongs to, if it is still the one.</summary>
    public void Cancel(ReceiveCancellation source, CancellationToken ct)
    {
        lock (this)
        {
            if (_cancellation != source)
                return;
            StopWaiting();
        }
        Fail(new OperationCanceledException(ct));
    }

    public ValueTaskSourceStatus GetStatus(short token) => _wait.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    bool IValueTaskSource<bool>.GetResult(short token) => Result(token) is not null;

    WebSocketMessage? IValueTaskSource<WebSocketMessage?>.GetResult(short token) => Result(token)?.Message;

    WebSocketMessageStream? IValueTaskSource<WebSocketMessageStream?>.GetResult(short token) => Result(token)?.Stream;

    /// <summary>Takes a message that is there, or the end; false when there is neither and the consumer waits now.</summary>
    protected abstract bool TryTake(ReceiveKind kind, CancellationToken ct, out Received? received, out short version);

    /// <summary>Begins to wait; gives the version of the task.</summary>
    protected short Wait(ReceiveKind kind, CancellationToken ct)
    {
        _wait.Reset();
        Kind = kind;
        if (ct.CanBeCanceled)
            (_cancellation = new(this, ct)).Register();
        return _wait.Version;
    }

    /// <summary>Ends the wait; its task is completed by <see cref="Complete"/> or <see cref="Fail"/> once the lock is free.</summary>
    protected void StopWaiting()
    {
        Kind = ReceiveKind.None;
        _cancellation?.Unregister();
        _cancellation = null;
    }

    /// <summary>The consumer runs here.</summary>
    protected void Complete() => _wait.SetResult(true);

    protected void Fail(Exception error) => _wait.SetException(error);

    private Received? Result(short token)
    {
        _wait.GetResult(token);
        return _current;
    }
}
