using System.Buffers;
using System.IO.Pipelines;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>Turns received bytes into messages, answers and facts: the synchronous half of the receive loop.</summary>
internal sealed class MessageReceiver(ProtocolConnection connection, Role role)
{
    private readonly FrameReader _frames = connection.Deflate is null
        ? new(role, connection.Options.MaxMessageBytes)
        : new(role, MessageInflater.MaxWireBytes(connection.Options.MaxMessageBytes), rsv1Allowed: true);
    private readonly MessageValidator _messages = new(connection.Options.MaxMessageBytes, connection.Options.MaxFragments);
    private MessageBuffer? _buffer;
    private StreamedMessage? _stream;
    private bool _mayHold;
    private bool _isBestWhole;
    private long _consumed;
    private long _parsed;

    private Inbox Inbox => connection.Inbox;

    /// <summary>What inflates the message in progress, if it is compressed.</summary>
    private MessageInflater? Inflater => connection.Deflate?.Inflater;

    /// <summary>Whether reading on would only fill memory: too much waits for a consumer that is still waited for, or too much lies in the pipe behind the message that it holds.</summary>
    private bool IsFull => HeldBytes >= connection.Options.ReadAhead
        || (Inbox.IsWaitedFor && Inbox.ReadyCost + (_buffer?.Length ?? 0) >= connection.Options.ReadAhead);

    /// <summary>What the pipe keeps behind the message that the consumer holds.</summary>
    private long HeldBytes => _mayHold && Inbox.HeldUntil is > 0 and long end ? _parsed - end : 0;

    /// <summary>Takes what can be taken of the bytes received, and tells the pipe how far it got.</summary>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule; messages before it were handed over.</exception>
    public ReceiveOutcome Consume(PipeReader input, in ReadResult read)
    {
        ReadOnlySequence<byte> unread = read.Buffer.Slice(_parsed - _consumed);
        bool hasMore = !unread.IsEmpty;
        if (hasMore && !read.IsCanceled)
            connection.Deadlines.OnReceived();
        connection.Sender.Cork();
        connection.Deflate?.BeginTurn();
        ReceiveOutcome outcome = ReceiveOutcome.NeedsMore;
        try
        {
            Inflater?.ThrowIfTakenBack();
            if (Inflater is { HasInput: true } inflater)
                outcome = Inflate(inflater);
            while (outcome == ReceiveOutcome.NeedsMore && hasMore)
            {
                (long start, long before) = (_parsed, unread.Length);
                hasMore = TryRead(ref unread, out FramePart part);
                _parsed += before - unread.Length;
                if (hasMore)
                    outcome = Take(part, start);
            }
            if (outcome == ReceiveOutcome.NeedsMore)
                outcome = OfferPart();
            if (outcome != ReceiveOutcome.IsOver)
                Inflater?.EndTurn(isSoonBack: outcome == ReceiveOutcome.IsTurnOver);
        }
        finally
        {
            connection.Sender.Uncork();
            Advance(input, read.Buffer, unread, examined: hasMore ? unread.Start : read.Buffer.End);
        }
        if (outcome == ReceiveOutcome.NeedsMore && read.IsCompleted)
            return EndOfBytes();
        return outcome == ReceiveOutcome.NeedsMore && IsFull ? ReceiveOutcome.IsFull : outcome;
    }

    /// <summary>Waits until the consumer has moved on.</summary>
    public async ValueTask RoomAsync()
    {
        if (_stream is { IsFull: true } stream)
        {
            if (IsEnding)
                stream.Fail(connection.Close.ToException());
            else
                await stream.RoomAsync().ConfigureAwait(false);
        }
        int seen = Inbox.Moves;
        while (IsFull && !connection.IsBroken)
        {
            await Inbox.MovedAsync(seen).ConfigureAwait(false);
            seen = Inbox.Moves;
        }
        if (HasWork)
            connection.Transport.Input.CancelPendingRead();                             // whoever made room may have asked for it
    }

    /// <summary>Drops bytes that nobody wants any more; false when there is nothing further to wait for.</summary>
    public bool TryDrop(PipeReader input, in ReadResult read)
    {
        _parsed = _consumed + read.Buffer.Length;
        Advance(input, read.Buffer, read.Buffer.Slice(read.Buffer.End), read.Buffer.End);
        return !read.IsCompleted && !_mayHold;
    }

    /// <summary>Whether something is to be done that needs no more bytes.</summary>
    public bool HasWork => HasPart || Inflater is { HasInput: true };

    /// <summary>Ends a wait for a reader of parts.</summary>
    public void Interrupt() => _stream?.Interrupt();

    /// <summary>No more bytes count: whoever reads a message in parts learns it.</summary>
    public void Stop()
    {
        _stream?.Fail(connection.Close.ToException());
        _buffer?.Reset();
        Inflater?.Dispose();
    }

    /// <summary>Whether a slow reader of parts is not waited for any more: this side closes, or the transport is gone.</summary>
    private bool IsEnding => connection.IsBroken || Inbox.IsGraceOver;

    /// <summary>Whether the beginning of a message waits for its rest, and is of use without it.</summary>
    private bool HasPart => _buffer is { Length: > 0 } && _stream is null && !_isBestWhole;

    private bool TryRead(ref ReadOnlySequence<byte> input, out FramePart part) =>
        connection.FrameLog is { } log ? log.TryRead(_frames, ref input, out part) : _frames.TryRead(ref input, out part);

    private ReceiveOutcome Take(in FramePart part, long start)
    {
        if (part.Header.Opcode.IsControl())
            return TakeControl(part);
        connection.Deadlines.OnMessage();
        bool isLast = _messages.Accept(part);
        if (_messages.IsCompressed)
            return TakeCompressed(part, isLast);
        bool isWhole = isLast && part.IsStart && part.Header.Opcode != Opcode.Continuation;
        if (isWhole)
            return Deliver(new(part.Payload, _messages.Type, start, (int)(_parsed - start)));
        if (part.IsStart)
            _isBestWhole = Inbox.IsAdapted && part.Header.IsFinal && part.Header.Length + (_buffer?.Length ?? 0) <= connection.Options.ReadAhead;
        if (_stream is null && Inbox.WantsStream && !_isBestWhole)
            StartStream();
        if (_stream is not null)
            return TakeStreamed(part.Payload.Span, isLast);
        return TakeBuffered(part.Payload.Span, part.Header.Length, isLast);
    }

    private ReceiveOutcome TakeControl(in FramePart part)
    {
        switch (part.Header.Opcode)
        {
            case Opcode.Ping:
                connection.Sender.SendPong(part.Payload.Span);                          // section 5.5.3
                break;
            case Opcode.Pong:
                connection.Pings?.OnPong(part.Payload.Span);
                break;
            case Opcode.Close:
                connection.Close.OnReceived(ClosePayload.Read(part.Payload.Span));      // section 5.5.1
                return ReceiveOutcome.IsOver;
        }
        connection.ControlObserver?.Invoke(part.Header.Opcode, part.Payload.Span);
        return ReceiveOutcome.NeedsMore;
    }

    private ReceiveOutcome TakeBuffered(ReadOnlySpan<byte> payload, long frameBytes, bool isLast)
    {
        if (!Inbox.Discards)
            (_buffer ??= Inbox.TakeSpareBuffer()).Append(payload, _buffer.Length + frameBytes);
        if (!isLast)
            return IsFull ? ReceiveOutcome.IsFull : ReceiveOutcome.NeedsMore;
        MessageBuffer buffer = _buffer ?? Inbox.TakeSpareBuffer();
        _buffer = null;
        return Deliver(new(buffer.Written, _messages.Type, PipeStart: -1, Owner: buffer));
    }

    private ReceiveOutcome TakeCompressed(in FramePart part, bool isLast)
    {
        if (part.IsStart)
            _isBestWhole = false;                                                       // nobody knows how large it will be
        MessageInflater inflater = connection.Deflate!.EnsureInflater();
        inflater.Add(part, isLast, connection.Options.MaxMessageBytes);
        return Inflate(inflater);
    }

    /// <summary>Inflates what is there, a piece at a time, as long as somebody has room for it and the turn is not over.</summary>
    private ReceiveOutcome Inflate(MessageInflater inflater)
    {
        ReceiveOutcome outcome = ReceiveOutcome.NeedsMore;
        bool isLast = false;                                                            // from then on the inflater may be another connection's
        while (outcome == ReceiveOutcome.NeedsMore && !isLast && inflater.HasInput)
        {
            if (_stream is null && _buffer is { Length: >= MessageInflater.PieceBytes } && Inbox.WantsStream)
                StartStream();
            IBufferWriter<byte>? output = Inbox.Discards ? null : _stream is null ? _buffer ??= Inbox.TakeSpareBuffer() : _stream.Output;
            if (_stream is null)
                _buffer?.MakeRoom(_messages.InflatableBytes);
            isLast = inflater.InflatePiece(output ?? (_buffer ??= Inbox.TakeSpareBuffer()), _messages);
            if (output is null)
                _buffer!.Clear();
            outcome = _stream is null ? TakeBuffered(default, 0, isLast) : TakeStreamed(default, isLast);
            if (outcome == ReceiveOutcome.NeedsMore && connection.Deflate!.IsTurnOver)
                outcome = ReceiveOutcome.IsTurnOver;
        }
        return outcome;
    }

    private ReceiveOutcome Deliver(in Received message)
    {
        if (Inbox.Deliver(message))
            return ReceiveOutcome.NeedsMore;
        _mayHold = true;
        return IsFull ? ReceiveOutcome.IsFull : ReceiveOutcome.NeedsMore;
    }

    /// <summary>Gives a consumer that reads in parts what is there of a message whose rest has not come: the peer may wait for an answer to it.</summary>
    private ReceiveOutcome OfferPart()
    {
        if (!HasPart || Inbox.TryParkPart())
            return ReceiveOutcome.NeedsMore;
        StartStream();
        return _stream is null || _stream.Write([]) ? ReceiveOutcome.NeedsMore : ReceiveOutcome.IsFull;
    }

    private void StartStream()
    {
        StreamedMessage stream = new(_messages.Type, connection.Options.ReadAhead, connection.Transport.Scheduler);
        if (!Inbox.TryDeliver(stream.Stream))
            return;
        _stream = stream;
        if (_buffer is null)
            return;
        stream.Append(_buffer.Written.Span);
        _buffer.Reset();
    }

    private ReceiveOutcome TakeStreamed(ReadOnlySpan<byte> payload, bool isLast)
    {
        if (!isLast)
            return _stream!.Write(payload) ? ReceiveOutcome.NeedsMore : ReceiveOutcome.IsFull;
        _stream!.Complete(payload);
        _stream = null;
        return ReceiveOutcome.NeedsMore;
    }

    private void Advance(PipeReader input, in ReadOnlySequence<byte> buffer, in ReadOnlySequence<byte> unread, SequencePosition examined)
    {
        long held = _mayHold ? Inbox.Park() : -1;
        _mayHold = held >= 0;
        SequencePosition consumed = _mayHold ? buffer.GetPosition(held - _consumed) : unread.Start;
        _consumed = _mayHold ? held : _parsed;
        input.AdvanceTo(consumed, examined);
    }

    private ReceiveOutcome EndOfBytes()
    {
        connection.Close.OnError(WebSocketCloseInitiator.Remote, new IOException("The peer ended the connection without a close frame."));
        return ReceiveOutcome.IsOver;
    }
}
