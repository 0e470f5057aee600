namespace RawWs;

/// <summary>Opens connections to WebSocket servers (RFC 6455 section 4.1).</summary>
public static class WebSocketClient
{
    /// <summary>Opens a connection.</summary>
    public static Task<WebSocketConnection> ConnectAsync(Uri uri, WebSocketClientOptions? options = null, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>Opens a connection over a stream that is connected already; <c>wss://</c> puts TLS over it.</summary>
    public static Task<WebSocketConnection> ConnectAsync(Stream stream, Uri uri, WebSocketClientOptions? options = null, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>Opens a connection, and another whenever it is over.</summary>
    public static IAsyncEnumerable<WebSocketConnection> ConnectForeverAsync(Uri uri, WebSocketClientOptions? options = null, CancellationToken ct = default) => throw new NotImplementedException();
}
