using Xunit;

#pragma warning disable xUnit1051   // nothing here waits

namespace RawWs.Tests.Api;

/// <summary>What a server does before it has a socket; the rest is in EndToEnd.</summary>
public sealed class WebSocketServerTests
{
    [Fact]
    public async Task Before_the_start_there_is_nothing()
    {
        WebSocketServerOptions options = new();
        WebSocketServer server = new(options);
        Assert.Same(options, server.Options);
        Assert.Empty(server.Endpoints);
        Assert.Equal(0, server.ConnectionCount);
        await server.StopAsync();
        await server.DisposeAsync();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("chat")]
    [InlineData("/chat/")]
    [InlineData("//")]
    [InlineData("/{room")]
    [InlineData("/{a}/{a}")]
    public void A_path_that_is_no_template_is_refused(string path)
    {
        WebSocketServer server = new(new());
        Assert.ThrowsAny<ArgumentException>(() => server.Map(path, static _ => Task.CompletedTask));
        Assert.ThrowsAny<ArgumentException>(() => server.MapHttp(path, static _ => HttpReply.Text("")));
    }

    [Fact]
    public void A_path_is_mapped_once_for_each_use()
    {
        WebSocketServer server = new(new());
        server.Map("/a", static _ => Task.CompletedTask);
        server.Map<Endpoint>("/b");
        server.MapHttp("/a", static _ => HttpReply.Text(""));
        server.MapHttp("POST", "/a", static _ => HttpReply.Text(""));
        Assert.Contains("/a", Assert.Throws<ArgumentException>(() => server.Map<Endpoint>("/a")).Message, StringComparison.Ordinal);
        Assert.Contains("/b", Assert.Throws<ArgumentException>(() => server.Map("/b", static () => new Endpoint())).Message, StringComparison.Ordinal);
        Assert.Contains("POST", Assert.Throws<ArgumentException>(() => server.MapHttp("POST", "/a", static _ => HttpReply.Text(""))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => server.MapHttp("/a", static _ => Task.FromResult(HttpReply.Text(""))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("get")]
    [InlineData("GE T")]
    public void A_method_is_one_word_of_capitals(string method) =>
        Assert.ThrowsAny<ArgumentException>(() => new WebSocketServer(new()).MapHttp(method, "/a", static _ => HttpReply.Text("")));

    [Fact]
    public void Nothing_is_mapped_to_nothing()
    {
        Assert.Throws<ArgumentNullException>(static () => new WebSocketServer(null!));
        WebSocketServer server = new(new());
        Assert.Throws<ArgumentNullException>(() => server.Map("/a", (Func<WebSocketConnection, Task>)null!));
        Assert.Throws<ArgumentNullException>(() => server.Map("/a", (Func<WebSocketEndpoint>)null!));
        Assert.Throws<ArgumentNullException>(() => server.MapHttp("/a", (Func<HttpRequest, HttpReply>)null!));
        Assert.Throws<ArgumentNullException>(() => server.MapHttp("GET", "/a", (Func<HttpRequest, Task<HttpReply>>)null!));
    }

    [Fact]
    public async Task All_that_is_wrong_with_the_options_is_told_at_once_and_the_server_may_start_later()
    {
        WebSocketServerOptions options = new()
        {
            Listen = { "http://127.0.0.1:80" },
            Backlog = 0,
            MaxConnections = -1,
            HandshakeTimeout = TimeSpan.FromSeconds(-1),
            Defaults = new() { ReadAhead = 0, MaxQueuedBytes = 0, CloseTimeout = TimeSpan.Zero, Compression = new() { WindowBits = 8, MemoryLevel = 0 } },
        };
        WebSocketServer server = new(options);
        server.Map("/a", static _ => Task.CompletedTask, static defaults => defaults with { SendTimeout = TimeSpan.FromDays(1000), RequireSubprotocol = true });
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => server.StartAsync());
        Assert.All(
            ["http://127.0.0.1:80", "Backlog", "MaxConnections", "HandshakeTimeout", "Defaults: ReadAhead", "Defaults: MaxQueuedBytes", "Defaults: CloseTimeout", "Defaults: Compression.WindowBits is 8: it must be from 9 to 15.", "Defaults: Compression.MemoryLevel", "/a: SendTimeout", "/a: RequireSubprotocol"],
            expected => Assert.Contains(expected, error.Message, StringComparison.Ordinal));
        server.Map("/b", static _ => Task.CompletedTask);
    }

    [Fact]
    public async Task A_server_that_listens_nowhere_is_refused() =>
        Assert.Contains("Listen is empty", (await Assert.ThrowsAsync<ArgumentException>(static () => new WebSocketServer(new()).StartAsync())).Message, StringComparison.Ordinal);

    private sealed class Endpoint : WebSocketEndpoint;
}
