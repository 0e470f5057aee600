namespace RawWs;

/// <summary>A WebSocket server. (Signatures only for now.)</summary>
public sealed class WebSocketServer : IAsyncDisposable
{
    /// <summary>Makes a server.</summary>
    public WebSocketServer(WebSocketServerOptions options) => Options = options;

    /// <summary>The options.</summary>
    public WebSocketServerOptions Options { get; }

    /// <summary>The bound addresses.</summary>
    public IReadOnlyList<Uri> Endpoints => throw new NotSupportedException();

    /// <summary>How many connections are open, handshakes included.</summary>
    public int ConnectionCount => throw new NotSupportedException();

    /// <summary>Maps a WebSocket route to a delegate.</summary>
    public void Map(string path, Func<WebSocketConnection, Task> handler, Func<WebSocketEndpointOptions, WebSocketEndpointOptions>? configure = null) => throw new NotSupportedException();

    /// <summary>Maps a WebSocket route to an endpoint class.</summary>
    public void Map<T>(string path, Func<WebSocketEndpointOptions, WebSocketEndpointOptions>? configure = null) where T : WebSocketEndpoint, new() => throw new NotSupportedException();

    /// <summary>Maps a WebSocket route to endpoints that a factory makes.</summary>
    public void Map(string path, Func<WebSocketEndpoint> factory, Func<WebSocketEndpointOptions, WebSocketEndpointOptions>? configure = null) => throw new NotSupportedException();

    /// <summary>Maps GET and HEAD of a path.</summary>
    public void MapHttp(string path, Func<HttpRequest, HttpReply> handler) => throw new NotSupportedException();

    /// <summary>Maps GET and HEAD of a path.</summary>
    public void MapHttp(string path, Func<HttpRequest, Task<HttpReply>> handler) => throw new NotSupportedException();

    /// <summary>Maps one method of a path.</summary>
    public void MapHttp(string method, string path, Func<HttpRequest, HttpReply> handler) => throw new NotSupportedException();

    /// <summary>Maps one method of a path.</summary>
    public void MapHttp(string method, string path, Func<HttpRequest, Task<HttpReply>> handler) => throw new NotSupportedException();

    /// <summary>Starts to listen.</summary>
    public Task StartAsync(CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Stops.</summary>
    public Task StopAsync(TimeSpan? drain = null, CancellationToken ct = default) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
