using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using RawWs.Connection;
using RawWs.Protocol.Framing;

namespace RawWs.Adapters;

/// <summary>A connection as the framework's <see cref="WebSocket"/>, with the framework's states and exceptions.</summary>
internal sealed class AdaptedWebSocket(ProtocolConnection connection, string? subprotocol) : WebSocket
{
    private const int DrainBytes = 4096;

    private static readonly WebSocketState[] SendStates = [WebSocketState.Open, WebSocketState.CloseReceived];
    private static readonly WebSocketState[] ReceiveStates = [WebSocketState.Open, WebSocketState.CloseSent];
    private static readonly WebSocketState[] CloseStates = [WebSocketState.Open, WebSocketState.CloseReceived, WebSocketState.CloseSent];

    /// <summary>Another receive may take the close while one waits for its turn.</summary>
    private static readonly WebSocketState[] DrainStates = [.. CloseStates, WebSocketState.Closed];

    private readonly AdaptedState _state = new(connection);
    private readonly MessageParts _parts = new(connection);
    private readonly SemaphoreSlim _receiveTurn = new(1, 1);
    private WebSocketMessageFlags? _unfinished;

    public override WebSocketState State => _state.Current;

    public override string? SubProtocol => subprotocol;

    /// <summary>As in the framework: of the close that a receive has told of; one without a code counts as 1000.</summary>
    public override WebSocketCloseStatus? CloseStatus =>
        _state.IsCloseReceived ? connection.Close.Received?.Status ?? WebSocketCloseStatus.NormalClosure : null;

    public override string? CloseStatusDescription => _state.IsCloseReceived ? connection.Close.Received?.Reason : null;

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(buffer.Array);
        return SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        SendAsync(buffer, messageType, endOfMessage ? WebSocketMessageFlags.EndOfMessage : WebSocketMessageFlags.None, cancellationToken);

    /// <summary>Messages may overlap, and wait for each other; the frames of one message are sent one after another.</summary>
    public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, WebSocketMessageFlags messageFlags, CancellationToken cancellationToken)
    {
        Opcode opcode = messageType switch
        {
            WebSocketMessageType.Text => Opcode.Text,
            WebSocketMessageType.Binary => Opcode.Binary,
            _ => throw new ArgumentException("A message is text or binary; use CloseAsync or CloseOutputAsync to close.", nameof(messageType)),
        };
        return SendCheckedAsync(opcode, buffer, messageFlags, cancellationToken);
    }

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(buffer.Array);
        ValueWebSocketReceiveResult result = await ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
        return new(result.Count, result.MessageType, result.EndOfMessage, CloseStatus, CloseStatusDescription);
    }

    public override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        ReceiveInAsync(ReceiveStates, buffer, cancellationToken);

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        CloseCheckedAsync(ToPayload(closeStatus, statusDescription), cancellationToken);

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        CloseOutputCheckedAsync(ToPayload(closeStatus, statusDescription), cancellationToken);

    public override void Abort()
    {
        if (_state.TryEnd(WebSocketState.Aborted))
            End("This side aborted the connection.");
    }

    public override void Dispose()
    {
        if (_state.TryEnd(WebSocketState.Closed))
            End("The WebSocket was disposed before both sides had closed.");
    }

    /// <summary>Nobody will take the messages that are there: their memory goes back.</summary>
    private void End(string reason)
    {
        connection.Abort(new OperationCanceledException(reason));
        connection.Inbox.Discard();
    }

    private static SendOptions OptionsOf(WebSocketMessageFlags flags) =>
        new() { Compress = (flags & WebSocketMessageFlags.DisableCompression) != 0 ? MessageCompression.Never : MessageCompression.Auto };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendCheckedAsync(Opcode opcode, ReadOnlyMemory<byte> payload, WebSocketMessageFlags flags, CancellationToken ct)
    {
        ThrowOnInvalidState(State, SendStates);
        bool isLast = (flags & WebSocketMessageFlags.EndOfMessage) != 0;
        try
        {
            if (isLast && _unfinished is null)
                await MessageSender.SendAsync(connection, opcode, payload, OptionsOf(flags), ct).ConfigureAwait(false);
            else
                await SendFragmentAsync(opcode, isLast, payload, flags, ct).ConfigureAwait(false);
        }
        catch (WebSocketClosedException closed)
        {
            throw _state.OfFailedSend(closed, ct);
        }
    }

    private async ValueTask SendFragmentAsync(Opcode opcode, bool isLast, ReadOnlyMemory<byte> payload, WebSocketMessageFlags messageFlags, CancellationToken ct)
    {
        messageFlags &= WebSocketMessageFlags.DisableCompression;
        if (_unfinished is { } first && first != messageFlags)
            throw new ArgumentException("All fragments of a message must agree on DisableCompression.", nameof(messageFlags));
        ct.ThrowIfCancellationRequested();
        if (_unfinished is null)
            await connection.Sender.ReserveAsync(mayQueue: false, ct).ConfigureAwait(false);
        else
            opcode = Opcode.Continuation;                                               // RFC 6455 section 5.4
        _unfinished = isLast ? null : messageFlags;
        try
        {
            await MessageSender.SendFragmentAsync(connection, new(opcode, isLast), payload, OptionsOf(messageFlags), ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)                                              // half a message cannot be taken back
        {
            Abort();
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ValueWebSocketReceiveResult> ReceiveInAsync(WebSocketState[] states, Memory<byte> buffer, CancellationToken ct)
    {
        ThrowOnInvalidState(State, states);
        using CancellationTokenRegistration registration = ct.UnsafeRegister(static self => ((AdaptedWebSocket)self!).Abort(), this);
        try
        {
            await _receiveTurn.WaitAsync(ct).ConfigureAwait(false);
            try
            {
                if (!_state.IsCloseReceived && await _parts.ReadAsync(buffer).ConfigureAwait(false) is { } part)
                    return part;
                _state.OnCloseReceived();
                return new(0, WebSocketMessageType.Close, true);
            }
            finally
            {
                _receiveTurn.Release();
            }
        }
        catch (WebSocketClosedException closed)
        {
            throw _state.OfFailedReceive(closed, ct);
        }
    }

    private async Task CloseOutputCheckedAsync(ClosePayload payload, CancellationToken ct)
    {
        ThrowOnInvalidState(State, SendStates);
        await SendCloseAsync(payload, ct).ConfigureAwait(false);
    }

    /// <summary>Closes our direction, and drops what is received until the peer's close, as the framework does.</summary>
    private async Task CloseCheckedAsync(ClosePayload payload, CancellationToken ct)
    {
        ThrowOnInvalidState(State, CloseStates);
        if (State != WebSocketState.CloseSent)
            await SendCloseAsync(payload, ct).ConfigureAwait(false);
        byte[]? dropped = null;
        while (!_state.IsCloseReceived)
            await ReceiveInAsync(DrainStates, dropped ??= new byte[DrainBytes], ct).ConfigureAwait(false);
    }

    private async ValueTask SendCloseAsync(ClosePayload payload, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        connection.CloseOutput(payload);
        try
        {
            await connection.Sender.FlushAsync().WaitAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Abort();
            throw;
        }
        if (connection.Close.Error is not (null or WebSocketProtocolException))
            throw _state.OfFailedSend(connection.Close.ToException(), ct);
        _state.OnCloseSent();
    }

    /// <summary>Judges a close before anything is sent.</summary>
    private static ClosePayload ToPayload(WebSocketCloseStatus closeStatus, string? statusDescription)
    {
        string reason = statusDescription ?? "";
        if (Encoding.UTF8.GetByteCount(reason) > ClosePayload.MaxReasonBytes)
            throw new ArgumentException($"The close reason is longer than {ClosePayload.MaxReasonBytes} bytes (RFC 6455 section 5.5).", nameof(statusDescription));
        if (closeStatus == WebSocketCloseStatus.Empty)
            return reason.Length == 0 ? new(null, "") : throw new ArgumentException("A close without a code has no reason (RFC 6455 section 5.5.1).", nameof(statusDescription));
        if (!ClosePayload.IsLegalOnWire((int)closeStatus))
            throw new ArgumentException($"The close code {(int)closeStatus} may not be sent (RFC 6455 section 7.4).", nameof(closeStatus));
        return new(closeStatus, reason);
    }
}
