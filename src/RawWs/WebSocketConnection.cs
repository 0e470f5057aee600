using System.Net.WebSockets;
using System.Text.Json.Serialization.Metadata;

namespace RawWs;

/// <summary>One WebSocket connection, either role. (Signatures only for now.)</summary>
public sealed class WebSocketConnection : IAsyncDisposable
{
    private WebSocketConnection() => Request = null!;

    /// <summary>A number that no other connection of this process has; it stands in every log event.</summary>
    public long Id { get; }

    /// <summary>The request that opened the connection.</summary>
    public HttpRequest Request { get; }

    /// <summary>The subprotocol that was agreed on.</summary>
    public string? Subprotocol { get; }

    /// <summary>A bag for the application.</summary>
    public IDictionary<string, object?> Items => throw new NotSupportedException();

    /// <summary>Bytes that were accepted for sending and that the transport has not taken yet.</summary>
    public long BufferedBytes { get; }

    /// <summary>Whether messages can be sent: neither side has begun to close.</summary>
    public bool IsOpen { get; }

    /// <summary>Completes, never faulted, when the connection is over.</summary>
    public Task<WebSocketCloseResult> Completion => throw new NotSupportedException();

    /// <summary>Fires when the peer's close arrives or the connection is over.</summary>
    public CancellationToken Closed => throw new NotSupportedException();

    /// <summary>Sends a text message.</summary>
    public ValueTask SendAsync(string text, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Sends a message.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> payload, WebSocketMessageType type = WebSocketMessageType.Binary, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Sends a message, for example a received one.</summary>
    public ValueTask SendAsync(WebSocketMessage message, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Sends one message in fragments, read from a stream, with a fixed buffer.</summary>
    public ValueTask SendStreamAsync(Stream source, WebSocketMessageType type = WebSocketMessageType.Binary, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Sends a value as a text message of JSON.</summary>
    public ValueTask SendJsonAsync<T>(T value, JsonTypeInfo<T> type, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Pushes out what is corked.</summary>
    public ValueTask FlushAsync(CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>The next message; null after a clean close.</summary>
    public ValueTask<WebSocketMessage?> ReceiveAsync(CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>All messages until the close.</summary>
    public IAsyncEnumerable<WebSocketMessage> ReadAllAsync(CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>The next message as a stream; null after a clean close.</summary>
    public ValueTask<WebSocketMessageStream?> ReceiveStreamAsync(CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>The next message as JSON.</summary>
    public ValueTask<T?> ReceiveJsonAsync<T>(JsonTypeInfo<T> type, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Drops all messages from here on, for handlers that only send.</summary>
    public void DiscardReceives() => throw new NotSupportedException();

    /// <summary>Sends a ping; completes with the round trip.</summary>
    public Task<TimeSpan> PingAsync(CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>The closing handshake.</summary>
    public Task<WebSocketCloseResult> CloseAsync(WebSocketCloseStatus status = WebSocketCloseStatus.NormalClosure, string reason = "", CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Ends the connection at once, without a close frame.</summary>
    public void Abort() => throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
