namespace RawWs.Tests.Support;

/// <summary>A server on a free port of the loopback address, with <c>/echo</c> and what a test maps besides.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    /// <summary>A safety net for a server that hangs.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private TestServer(WebSocketServer server) => Server = server;

    public WebSocketServer Server { get; }

    public Uri Endpoint => Server.Endpoints[0];

    public static async Task<TestServer> StartAsync(Action<WebSocketServer>? map = null, WebSocketServerOptions? options = null)
    {
        options ??= new WebSocketServerOptions();
        options.Listen.Add("ws://127.0.0.1:0");
        WebSocketServer server = new(options);
        server.Map("/echo", EchoAsync);
        map?.Invoke(server);
        await server.StartAsync();
        return new TestServer(server);
    }

    /// <summary>Sends each message back.</summary>
    public static async Task EchoAsync(WebSocketConnection connection)
    {
        await foreach (WebSocketMessage message in connection.ReadAllAsync())
            await connection.SendAsync(message);
    }

    /// <summary>Waits until so many connections are left.</summary>
    public async Task WaitForConnectionsAsync(int count)
    {
        using CancellationTokenSource safetyNet = new(Timeout);
        while (Server.ConnectionCount != count)
        {
            safetyNet.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync().AsTask().WaitAsync(Timeout);
}
