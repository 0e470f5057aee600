using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>A server with one route for each thing that a handshake can depend on.</summary>
public sealed class HandshakeServer : IAsyncLifetime
{
    private TestServer? _server;
    private int _chats;

    public Uri Endpoint => _server!.Endpoint;

    /// <summary>How many connections the route <c>/chat</c> has seen.</summary>
    public int Chats => Volatile.Read(ref _chats);

    public async ValueTask InitializeAsync() =>
        _server = await TestServer.StartAsync(Map, new WebSocketServerOptions { AllowedHosts = { "example.test" } });

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private void Map(WebSocketServer server)
    {
        server.Map("/chat", connection =>
        {
            Interlocked.Increment(ref _chats);
            return TestServer.EchoAsync(connection);
        });
        server.Map("/room/{name}", connection => connection.SendAsync(connection.Request.RouteValues["name"]).AsTask());

        server.Map("/protocols", TestServer.EchoAsync, options => options with { Subprotocols = ["v2.chat", "v1.chat"] });
        server.Map("/needs-protocol", TestServer.EchoAsync, options => options with { Subprotocols = ["v2.chat"], RequireSubprotocol = true });
        server.Map("/app-origin", TestServer.EchoAsync, options => options with { AllowedOrigins = ["https://app.example"] });
        server.Map("/any-origin", TestServer.EchoAsync, options => options with { AllowedOrigins = ["*"] });
        server.Map("/browsers-only", TestServer.EchoAsync, options => options with { AllowMissingOrigin = false });
        server.Map("/hook", TestServer.EchoAsync, options => options with { OnUpgrade = DecideAsync });

        server.MapHttp("/healthz", _ => HttpReply.Text("ok"));
        server.MapHttp("POST", "/post", request => new HttpReply(200, "application/octet-stream", request.Body.ToArray()));
        server.Map("/both", TestServer.EchoAsync);
        server.MapHttp("/both", _ => HttpReply.Text("plain"));
        server.Map("/notify", TestServer.EchoAsync);
        server.MapHttp("POST", "/notify", request => HttpReply.Text($"{request.Body.Length} bytes"));
    }

    private static async ValueTask<UpgradeDecision> DecideAsync(HttpRequest request, CancellationToken ct)
    {
        await Task.Yield();
        return request.Query == "refuse"
            ? UpgradeDecision.Reject(new HttpReply(401, "text/plain", "who are you?"u8.ToArray()) { Headers = [new("WWW-Authenticate", "Basic")] })
            : UpgradeDecision.Accept("by-hook", [new("X-Hook", "yes")]);
    }
}
