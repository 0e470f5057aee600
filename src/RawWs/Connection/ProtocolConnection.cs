using System.IO.Pipelines;
using System.Net.WebSockets;
using RawWs.Diagnostics;
using RawWs.Protocol.Framing;
using RawWs.Transport;

namespace RawWs.Connection;

/// <summary>Sees each ping and pong that arrives.</summary>
internal delegate void ControlObserver(Opcode opcode, ReadOnlySpan<byte> payload);

/// <summary>The protocol put on a transport: the receive loop, and the end of the connection in both directions.</summary>
internal sealed class ProtocolConnection
{
    /// <summary>How long the answer to a close, or to a violation, waits for the replies to messages that came before it.</summary>
    private static readonly TimeSpan ReplyGrace = TimeSpan.FromSeconds(1);

    /// <summary>How long bytes are still read and dropped after a failure: unread bytes would turn our close frame into a reset.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly Role _role;
    private readonly MessageReceiver _receiver;
    private PingRegistry? _pings;
    private CancellationTokenSource? _closed;
    private bool _isReading;
    private bool _isLingerOver;
    private bool _isBroken;

    public ProtocolConnection(ITransportConnection transport, Role role, WebSocketConnectionOptions options, PerMessageDeflate? deflate = null)
    {
        Transport = transport;
        _role = role;
        Options = options;
        Deflate = deflate;
        if (deflate is not null)
            deflate.Connection = this;
        Deadlines = new(this);
        Sender = new(this, role);
        Inbox = new(this);
        _receiver = new(this, role);
    }

    public ITransportConnection Transport { get; }

    public WebSocketConnectionOptions Options { get; }

    public CloseHandshake Close { get; } = new();

    public Deadlines Deadlines { get; }

    public FrameSender Sender { get; }

    public Inbox Inbox { get; }

    public PingRegistry? Pings => _pings;

    /// <summary>Sees each frame, in and out; only while somebody looks for a fault, or learns.</summary>
    public FrameLog? FrameLog { get; init; }

    /// <summary>Compression, if both sides agreed on it.</summary>
    public PerMessageDeflate? Deflate { get; }

    public ControlObserver? ControlObserver { get; set; }

    /// <summary>Called once with <see cref="EndedState"/> when the transport is closed: shared by all connections of a server, so that each pays two fields.</summary>
    public Action<object>? Ended { get; set; }

    public object? EndedState { get; set; }

    public bool IsSendBlocked => Sender.IsBlocked;

    /// <summary>Whether the transport was ended by this side.</summary>
    public bool IsBroken => Volatile.Read(ref _isBroken);

    /// <summary>Whether the application, not the peer, is why nothing is received: it is not done with what was.</summary>
    public bool IsReadingPaused => !_isReading;

    /// <summary>Fires when the peer's close or a violation arrives, or the connection is over.</summary>
    public CancellationToken Closed
    {
        get
        {
            CancellationTokenSource source = _closed ?? Interlocked.CompareExchange(ref _closed, new(), null) ?? _closed;
            if (Close.Received is not null || Close.Error is not null)
                source.Cancel();
            return source.Token;
        }
    }

    public PingRegistry EnsurePings() => _pings ?? Interlocked.CompareExchange(ref _pings, new(this), null) ?? _pings;

    /// <summary>The receive loop, from the handshake to the end of the transport.</summary>
    public async Task<WebSocketCloseResult> RunAsync()
    {
        Deadlines.Start();
        try
        {
            ReceiveOutcome outcome = ReceiveOutcome.NeedsMore;
            while (outcome != ReceiveOutcome.IsOver)
            {
                ValueTask<ReadResult> next = Transport.Input.ReadAsync(CancellationToken.None);
                _isReading = true;
                ReadResult read = await next.ConfigureAwait(false);
                _isReading = false;
                try
                {
                    outcome = _receiver.Consume(Transport.Input, read);
                }
                catch (WebSocketProtocolException violation)                            // the boundary of section 7.1.7
                {
                    Close.OnError(WebSocketCloseInitiator.Local, violation);
                    outcome = ReceiveOutcome.IsOver;
                }
                if (outcome != ReceiveOutcome.NeedsMore)
                    await PauseAsync(outcome).ConfigureAwait(false);
            }
        }
        catch (IOException error)                                                       // the boundary of a broken transport
        {
            Close.OnError(WebSocketCloseInitiator.Remote, error);
        }
#pragma warning disable CA1031 // a fault of ours must end this connection, and only this one
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Abort(fault);
        }
        await EndAsync().ConfigureAwait(false);
        return Close.Result;
    }

    /// <summary>Begins the closing handshake (section 7.1.2); nothing happens when it has begun before.</summary>
    public void StartClose(ClosePayload payload)
    {
        if (!Sender.TrySendClose(AnswerOr(payload)) && !IsOnlyOutputClosed)
            return;
        TimeSpan limit = Options.CloseTimeout;
        Deadlines.EndWithin(limit, c => c.Abort(new TimeoutException($"The peer did not answer the close frame within {limit}.")));
        Inbox.StopWaitingForConsumer();
        _receiver.Interrupt();
    }

    /// <summary>Ends our direction (section 7.1.2); what the peer still sends is received until its close, unless it falls silent.</summary>
    public void CloseOutput(ClosePayload payload)
    {
        if (!Sender.TrySendClose(AnswerOr(payload)))
            return;
        Deadlines.EndWithin(Options.CloseTimeout, static c => c.AbortIfSilent());
        if (Close.Received is not null)
            Inbox.StopWaitingForConsumer();
    }

    /// <summary>Breaks the transport; every pending call completes.</summary>
    public void Abort(Exception error)
    {
        Close.OnError(WebSocketCloseInitiator.Local, error);
        Volatile.Write(ref _isBroken, true);
        Transport.Abort(error.Message);
        Inbox.StopWaitingForConsumer();
        _receiver.Interrupt();
    }

    /// <summary>The transport takes no bytes any more: the end, also when the receive loop is not looking.</summary>
    public void OnSendFailed(IOException error)
    {
        Close.OnError(WebSocketCloseInitiator.Remote, error);
        Abort(error);
    }

    /// <summary>Runs an action on the loop that owns the transport.</summary>
    public void Post(Action<ProtocolConnection> action) =>
        Transport.Scheduler.Schedule(static state =>
        {
            (Action<ProtocolConnection> action, ProtocolConnection connection) = ((Action<ProtocolConnection>, ProtocolConnection))state!;
            action(connection);
        }, (action, this));

    /// <summary>The waits of the loop other than that for bytes; apart, because every idle connection pays for what the loop keeps over its waits.</summary>
    private async Task PauseAsync(ReceiveOutcome outcome)
    {
        if (outcome == ReceiveOutcome.IsFull)
            await _receiver.RoomAsync().ConfigureAwait(false);
        else if (outcome == ReceiveOutcome.IsTurnOver)
            await NextTurnAsync().ConfigureAwait(false);
        else
            await LeaveAsync(Transport.Input).ConfigureAwait(false);
    }

    /// <summary>Lets others have their turn.</summary>
    private async Task NextTurnAsync()
    {
        TaskCompletionSource turn = new();
        Transport.Scheduler.Schedule(static turn => ((TaskCompletionSource)turn!).SetResult(), turn);
        await turn.Task.ConfigureAwait(false);
        if (_receiver.HasWork)
            Transport.Input.CancelPendingRead();                                        // there may be no bytes to wait for
    }

    /// <summary>The end of an unbroken connection: the answer, the last bytes out, the peer's last bytes in (section 7.1.1).</summary>
    private async Task LeaveAsync(PipeReader input)
    {
        SignalClosed();
        if (Close.Error is IOException)
            return;
        _receiver.Stop();
        bool isConsumersTask = Inbox.IsAdapted && Close.IsOrderly;
        if (isConsumersTask)
            Inbox.End();
        if (!Inbox.MayAnswerClose(isConsumersTask))
            Deadlines.EndWithin(isConsumersTask ? Options.CloseTimeout : ReplyGrace, static c => c.Inbox.StopWaitingForConsumer());
        for (int seen = Inbox.Moves; !Inbox.MayAnswerClose(isConsumersTask); seen = Inbox.Moves)
            await Inbox.MovedAsync(seen).ConfigureAwait(false);
        Sender.TrySendClose(Answer());
        Inbox.End();

        bool isClean = Close.Result.IsClean;
        Deadlines.EndWithin(Options.CloseTimeout, static c => c.Abort(new TimeoutException("The last bytes did not leave within the close deadline.")));
        await Sender.FlushAsync().ConfigureAwait(false);
        if (_role == Role.Server || !isClean)                                           // a client lets the server go first
            Sender.Complete();
        Deadlines.EndWithin(isClean ? Options.CloseTimeout : Linger, static c => c.StopLingering());
        bool isOver = false;
        while (!isOver && !_isLingerOver)
        {
            ReadResult read = await input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            isOver = !_receiver.TryDrop(input, read);
        }
    }

    /// <summary>The code that answers the peer's close is its own (section 5.5.1); a violation is answered with the rule.</summary>
    private ClosePayload Answer() => (Close.Received, Close.Error) switch
    {
        ({ } received, _) => new(received.Status, ""),
        (_, WebSocketProtocolException violation) => new(violation.CloseStatus, ClosePayload.Shorten(violation.Message)),
        _ => new(WebSocketCloseStatus.InternalServerError, ""),
    };

    /// <summary>Whoever read a message in parts learns of a violation before it is answered, and may close then: that is no close of its own.</summary>
    private ClosePayload AnswerOr(ClosePayload own) => Close.Error is WebSocketProtocolException ? Answer() : own;

    /// <summary>Whether our close went out by <see cref="CloseOutput"/> and messages are still received.</summary>
    private bool IsOnlyOutputClosed => Inbox.IsAdapted && Close is { WasBegunByOurClose: true, Received: null } && !Inbox.IsGraceOver;

    private void AbortIfSilent()
    {
        if (Close.Received is not null)                                                 // it came meanwhile, and this took the place of its deadline
        {
            Deadlines.EndWithin(Options.CloseTimeout, static c => c.StopLingering());
            return;
        }
        TimeSpan left = Options.CloseTimeout - (IsReadingPaused ? TimeSpan.Zero : Deadlines.Silence);
        if (left > TimeSpan.Zero)
            Deadlines.EndWithin(left, static c => c.AbortIfSilent());
        else
            Abort(new TimeoutException($"The peer did not answer the close frame, and sent nothing for {Options.CloseTimeout}."));
    }

    private void StopLingering()
    {
        _isLingerOver = true;
        Transport.Input.CancelPendingRead();
    }

    private void SignalClosed() => _closed?.CancelAsync();

    private async Task EndAsync()
    {
        Deadlines.Dispose();
        SignalClosed();
        Sender.Stop();
        Inbox.End();
        Pings?.Stop();
        _receiver.Stop();
        Deflate?.Dispose();
        Sender.Complete();
        await Inbox.DisposeWhenReleasedAsync().ConfigureAwait(false);
        Ended?.Invoke(EndedState!);
    }
}
