using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RawWs.Connection;
using RawWs.Protocol.Framing;

namespace RawWs;

/// <summary>One WebSocket connection, the same for both roles.</summary>
/// <remarks>
/// Any thread may send at any time: messages are never mixed. One caller at a time may receive. Control frames are
/// answered whether the application receives or not.
/// </remarks>
public sealed class WebSocketConnection : IAsyncDisposable
{
    private static long _lastId;

    private readonly ProtocolConnection _core;
    private ConnectionExtras? _extras;

    internal WebSocketConnection(ProtocolConnection core, HttpRequest request, string? subprotocol)
    {
        _core = core;
        Request = request;
        Subprotocol = subprotocol;
        Id = core.FrameLog?.ConnectionId ?? NextId();
    }

    /// <summary>A number that no other connection of this process has; it stands in every log event.</summary>
    public long Id { get; }

    /// <summary>The request that opened the connection.</summary>
    public HttpRequest Request { get; }

    /// <summary>The subprotocol that was agreed on; <see langword="null"/> when there is none (RFC 6455 section 1.9).</summary>
    public string? Subprotocol { get; }

    /// <summary>The extension that was agreed on, with its parameters, such as <c>permessage-deflate; server_no_context_takeover</c>; <see langword="null"/> when there is none (RFC 6455 section 9.1).</summary>
    public string? Extensions => _core.Deflate?.Agreed.ToString();

    /// <summary>What compression did so far; <see langword="null"/> when it was not agreed on. May be read at any time.</summary>
    public CompressionStatistics? Compression => _core.Deflate?.Statistics;

    /// <summary>The header fields of the server's answer; <see langword="null"/> on a server.</summary>
    public HttpHeaders? ResponseHeaders { get; internal init; }

    /// <summary>A bag for the application. Not synchronized.</summary>
    public IDictionary<string, object?> Items => Extras.Items;

    /// <summary>Bytes that were accepted for sending and that the transport has not taken yet. May be read at any time.</summary>
    public long BufferedBytes => _core.Sender.BufferedBytes;

    /// <summary>Whether messages can be sent: neither side has begun to close. May be read at any time.</summary>
    public bool IsOpen => !_core.Close.HasBegun;

    /// <summary>Completes, never faulted, when the connection is over: says who ended it, and how.</summary>
    public Task<WebSocketCloseResult> Completion { get; private set; } = null!;

    /// <summary>Fires when the peer's close arrives, when it breaks a rule, and when the connection is over. Made on first use.</summary>
    public CancellationToken Closed => _core.Closed;

    internal ProtocolConnection Core => _core;

    private ConnectionExtras Extras => _extras ?? Interlocked.CompareExchange(ref _extras, new(), null) ?? _extras;

    /// <summary>A connection's number, for whoever needs it before there is a connection.</summary>
    internal static long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>The links of the server's list of open connections, guarded by its lock.</summary>
    internal WebSocketConnection? Previous { get; set; }

    internal WebSocketConnection? Next { get; set; }

    /// <summary>Sends a text message (RFC 6455 section 5.6). Any thread, at any time.</summary>
    /// <param name="text">The message; a surrogate without its other half is sent as U+FFFD.</param>
    /// <param name="ct">Canceling before the first byte has left takes the message back; after that it aborts the connection.</param>
    /// <returns>Completes when the message is accepted: sent, or waiting below <see cref="WebSocketConnectionOptions.MaxQueuedBytes"/>.</returns>
    /// <exception cref="WebSocketClosedException">The connection is closing or over.</exception>
    public ValueTask SendAsync(string text, CancellationToken ct = default) => SendAsync(text, default, ct);

    /// <summary>Sends a text message (RFC 6455 section 5.6). Any thread, at any time.</summary>
    /// <param name="text">The message; a surrogate without its other half is sent as U+FFFD.</param>
    /// <param name="options">Whether to compress it.</param>
    /// <param name="ct">Canceling before the first byte has left takes the message back; after that it aborts the connection.</param>
    /// <returns>Completes when the message is accepted: sent, or waiting below <see cref="WebSocketConnectionOptions.MaxQueuedBytes"/>.</returns>
    /// <exception cref="WebSocketClosedException">The connection is closing or over.</exception>
    public ValueTask SendAsync(string text, SendOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        int size = Encoding.UTF8.GetBytes(text, buffer);
        ValueTask sent = MessageSender.SendAsync(_core, Opcode.Text, buffer.AsMemory(0, size), options, ct);
        if (!sent.IsCompletedSuccessfully)
            return ReturnAfter(sent, buffer);
        ArrayPool<byte>.Shared.Return(buffer);
        return default;
    }

    /// <summary>Sends a message (RFC 6455 section 5.6). Any thread, at any time.</summary>
    /// <param name="payload">The message; it must stay as it is until the returned task completes. Text must be UTF-8.</param>
    /// <param name="type">Binary or text.</param>
    /// <param name="ct">Canceling before the first byte has left takes the message back; after that it aborts the connection.</param>
    /// <returns>Completes when the message is accepted: sent, or waiting below <see cref="WebSocketConnectionOptions.MaxQueuedBytes"/>.</returns>
    /// <exception cref="WebSocketClosedException">The connection is closing or over.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The type is neither text nor binary.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> payload, WebSocketMessageType type = WebSocketMessageType.Binary, CancellationToken ct = default) =>
        SendAsync(payload, type, default, ct);

    /// <summary>Sends a message (RFC 6455 section 5.6). Any thread, at any time.</summary>
    /// <param name="payload">The message; it must stay as it is until the returned task completes. Text must be UTF-8.</param>
    /// <param name="type">Binary or text.</param>
    /// <param name="options">Whether to compress it.</param>
    /// <param name="ct">Canceling before the first byte has left takes the message back; after that it aborts the connection.</param>
    /// <returns>Completes when the message is accepted: sent, or waiting below <see cref="WebSocketConnectionOptions.MaxQueuedBytes"/>.</returns>
    /// <exception cref="WebSocketClosedException">The connection is closing or over.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The type is neither text nor binary.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> payload, WebSocketMessageType type, SendOptions options, CancellationToken ct = default) =>
        MessageSender.SendAsync(_core, OpcodeOf(type), payload, options, ct);

    /// <summary>Sends a binary message (RFC 6455 section 5.6). Any thread, at any time.</summary>
    /// <param name="payload">The message; it must stay as it is until the returned task completes.</param>
    /// <param name="options">Whether to compress it.</param>
    /// <param name="ct">Canceling before the first byte has left takes the message back; after that it aborts the connection.</param>
    /// <exception cref="WebSocketClosedException">The connection is closing or over.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> payload, SendOptions options, CancellationToken ct = default) =>
        SendAsync(payload, WebSocketMessageType.Binary, options, ct);

    /// <summary>Sends a message, for example a received one. Any thread, at any time.</summary>
    /// <param name="message">The message; its payload must stay as it is until the returned task completes.</param>
    /// <param name="ct">Canceling before the first byte has left takes the message back; after that it aborts the connection.</param>
    /// <exception cref="WebSocketClosedException">The connection is closing or over.</exception>
    public ValueTask SendAsync(WebSocketMessage message, CancellationToken ct = default) => SendAsync(message.Payload, message.Type, default, ct);

    /// <summary>Sends a message, for example a received one. Any thread, at any time.</summary>
    /// <param name="message">The message; its payload must stay as it is until the returned task completes.</param>
    /// <param name="options">Whether to compress it.</param>
    /// <param name="ct">Canceling before the first byte has left takes the message back; after that it aborts the connection.</param>
    /// <exception cref="WebSocketClosedException">The connection is closing or over.</exception>
    public ValueTask SendAsync(WebSocketMessage message, SendOptions options, CancellationToken ct = default) => SendAsync(message.Payload, message.Type, options, ct);

    /// <summary>Sends one message in fragments as a stream gives them, in a fixed amount of memory (RFC 6455 section 5.4). Other messages wait meanwhile, control frames do not.</summary>
    /// <param name="source">Read to its end; not disposed.</param>
    /// <param name="type">Binary or text.</param>
    /// <param name="ct">Canceling after the first fragment closes the connection with 1011, since half a message cannot be taken back.</param>
    /// <exception cref="WebSocketClosedException">The connection is closing or over.</exception>
    public ValueTask SendStreamAsync(Stream source, WebSocketMessageType type = WebSocketMessageType.Binary, CancellationToken ct = default) =>
        SendStreamAsync(source, type, default, ct);

    /// <summary>Sends one message in fragments as a stream gives them, in a fixed amount of memory (RFC 6455 section 5.4). Other messages wait meanwhile, control frames do not.</summary>
    /// <param name="source">Read to its end; not disposed.</param>
    /// <param name="type">Binary or text.</param>
    /// <param name="options">Whether to compress it; by default, if the first read gives <see cref="CompressionOptions.Threshold"/> bytes.</param>
    /// <param name="ct">Canceling after the first fragment closes the connection with 1011, since half a message cannot be taken back.</param>
    /// <exception cref="WebSocketClosedException">The connection is closing or over.</exception>
    public ValueTask SendStreamAsync(Stream source, WebSocketMessageType type, SendOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return MessageSender.SendStreamAsync(_core, source, OpcodeOf(type), options, ct);
    }

    /// <summary>Sends a value as a text message of JSON. Any thread, at any time.</summary>
    /// <param name="value">What is serialized.</param>
    /// <param name="type">How, without reflection.</param>
    /// <param name="ct">As for the other sends.</param>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <exception cref="WebSocketClosedException">The connection is closing or over.</exception>
    public ValueTask SendJsonAsync<T>(T value, JsonTypeInfo<T> type, CancellationToken ct = default) => SendJsonAsync(value, type, default, ct);

    /// <summary>Sends a value as a text message of JSON. Any thread, at any time.</summary>
    /// <param name="value">What is serialized.</param>
    /// <param name="type">How, without reflection.</param>
    /// <param name="options">Whether to compress it.</param>
    /// <param name="ct">As for the other sends.</param>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <exception cref="WebSocketClosedException">The connection is closing or over.</exception>
    public ValueTask SendJsonAsync<T>(T value, JsonTypeInfo<T> type, SendOptions options, CancellationToken ct = default) =>
        SendAsync(JsonSerializer.SerializeToUtf8Bytes(value, type), WebSocketMessageType.Text, options, ct);

    /// <summary>Sends what was held back to leave together with other replies: for a handler that reports progress and then computes.</summary>
    /// <param name="ct">Stops the wait; nothing is taken back.</param>
    /// <returns>Completes when the transport has taken everything.</returns>
    public ValueTask FlushAsync(CancellationToken ct = default) => new(_core.Sender.FlushAsync().WaitAsync(ct));

    /// <summary>Receives the next message. One receive at a time; it ends the life of the message before.</summary>
    /// <param name="ct">Canceling leaves the connection usable; no message is lost.</param>
    /// <returns>The message, valid until the next receive; <see langword="null"/> after a clean close.</returns>
    /// <exception cref="WebSocketClosedException">The connection ended, and not cleanly.</exception>
    /// <exception cref="InvalidOperationException">Another receive is pending, or messages are discarded.</exception>
    public ValueTask<WebSocketMessage?> ReceiveAsync(CancellationToken ct = default) => _core.Inbox.ReceiveAsync(ct);

    /// <summary>Receives all messages: the loop ends after a clean close. One enumeration at a time.</summary>
    /// <param name="ct">Canceling leaves the connection usable.</param>
    /// <exception cref="WebSocketClosedException">The connection ended, and not cleanly.</exception>
    public IAsyncEnumerable<WebSocketMessage> ReadAllAsync(CancellationToken ct = default) => new MessageSequence(_core.Inbox, ct);

    /// <summary>Receives the next message in parts, however large it is (within <see cref="WebSocketConnectionOptions.MaxMessageBytes"/>).</summary>
    /// <param name="ct">Canceling leaves the connection usable.</param>
    /// <returns>The message's stream, valid until the next receive; <see langword="null"/> after a clean close.</returns>
    /// <exception cref="WebSocketClosedException">The connection ended, and not cleanly.</exception>
    public ValueTask<WebSocketMessageStream?> ReceiveStreamAsync(CancellationToken ct = default) => _core.Inbox.ReceiveStreamAsync(ct);

    /// <summary>Receives the next message and reads it as JSON.</summary>
    /// <param name="type">How, without reflection.</param>
    /// <param name="ct">Canceling leaves the connection usable.</param>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <returns>The value; the default after a clean close.</returns>
    /// <exception cref="JsonException">The message is not such JSON.</exception>
    /// <exception cref="WebSocketClosedException">The connection ended, and not cleanly.</exception>
    public async ValueTask<T?> ReceiveJsonAsync<T>(JsonTypeInfo<T> type, CancellationToken ct = default) =>
        await ReceiveAsync(ct).ConfigureAwait(false) is { } message ? JsonSerializer.Deserialize(message.Payload.Span, type) : default;

    /// <summary>Drops all messages from here on, and ends the life of the current one: for handlers that only send, so that a close is seen at once however much the peer sends.</summary>
    public void DiscardReceives() => _core.Inbox.Discard();

    /// <summary>Sends a ping (RFC 6455 section 5.5.2). Any thread, at any time.</summary>
    /// <param name="ct">Stops the wait.</param>
    /// <returns>The time until the pong came back.</returns>
    /// <exception cref="WebSocketClosedException">The connection ended first.</exception>
    public Task<TimeSpan> PingAsync(CancellationToken ct = default) => _core.EnsurePings().PingAsync().WaitAsync(ct);

    /// <summary>Closes the connection (RFC 6455 section 7.1.2): sends the close frame behind all that was sent before, and waits for the peer's and for the end, at most <see cref="WebSocketConnectionOptions.CloseTimeout"/>. Any thread, at any time; a second call waits for the same end.</summary>
    /// <param name="status">1000 to 1003, 1007 to 1014, or 3000 to 4999.</param>
    /// <param name="reason">At most 123 bytes of UTF-8.</param>
    /// <param name="ct">Stops the wait, not the close.</param>
    /// <returns>How the connection ended.</returns>
    /// <exception cref="ArgumentException">The status may not be sent, or the reason is too long.</exception>
    public Task<WebSocketCloseResult> CloseAsync(
        WebSocketCloseStatus status = WebSocketCloseStatus.NormalClosure, string reason = "", CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(reason);
        _core.StartClose(new ClosePayload(status, reason));
        return Completion.WaitAsync(ct);
    }

    /// <summary>This connection as the framework's own <see cref="WebSocket"/>, for libraries that want one. Call it before the first receive; from then on receive, send and close through it.</summary>
    /// <remarks>
    /// It does what the framework's own does, with these differences. Sends may overlap: they leave in their order. What is
    /// received may be cut otherwise than the peer's frames; bytes of a message that will not be whole are dropped when the end comes. <see cref="WebSocketCloseStatus.Empty"/> sends a close frame
    /// without a code, and a code that may not be sent is refused with <see cref="ArgumentException"/> (RFC 6455 section 7.4).
    /// The peer's close is answered for the application when it has not done so within
    /// <see cref="WebSocketConnectionOptions.CloseTimeout"/>; and when the peer is silent for as long after our close, the connection
    /// is aborted. As with the framework's own, canceling a receive, or a send that has begun, aborts the connection, and
    /// <see cref="WebSocket.Dispose"/> aborts it unless both sides have closed. One caller at a time may receive.
    /// </remarks>
    /// <returns>The same object at each call. It owns nothing of its own: the connection still ends as it always does, and may be disposed as well.</returns>
    /// <exception cref="InvalidOperationException">A receive is pending, or messages are discarded.</exception>
    public WebSocket AsWebSocket() => Extras.AsWebSocket(this);

    /// <summary>Ends the connection at once, without a close frame; every pending call completes. Any thread, at any time.</summary>
    public void Abort() => _core.Abort(new OperationCanceledException("This side aborted the connection."));

    /// <summary>Closes with 1000 and waits for the end, at most <see cref="WebSocketConnectionOptions.CloseTimeout"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        _core.Inbox.Discard();
        _core.StartClose(new ClosePayload(WebSocketCloseStatus.NormalClosure, ""));
        await Completion.ConfigureAwait(false);
    }

    internal void Start() => Completion = _core.RunAsync();

    private static Opcode OpcodeOf(WebSocketMessageType type) => type switch
    {
        WebSocketMessageType.Text => Opcode.Text,
        WebSocketMessageType.Binary => Opcode.Binary,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A message is text or binary; use CloseAsync to close."),
    };

    /// <summary>A canceled send may still be read by the transport that is being aborted: then the buffer is not reused.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask ReturnAfter(ValueTask sent, byte[] buffer)
    {
        await sent.ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
