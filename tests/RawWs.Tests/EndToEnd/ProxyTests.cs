using System.Net;
using System.Net.Sockets;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>A client whose way leads through a proxy, a real one, to a real server.</summary>
public sealed class ProxyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http", "ws")]
    [InlineData("http", "wss")]
    [InlineData("socks5", "ws")]
    [InlineData("socks5", "wss")]
    public async Task Messages_pass_through_the_proxy(string kind, string scheme)
    {
        await using TestServer server = await TlsServer.StartAsync();
        await using TestProxy proxy = new() { Credentials = "user:s@crt" };
        int port = server.Server.Endpoints.Single(endpoint => endpoint.Scheme == scheme).Port;

        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(new Uri($"{scheme}://localhost:{port}/echo"), Options(TestProxy.As(AddressOf(proxy, kind), "user:s%40crt")), Ct);
        string message = new('x', 100_000);
        await client.SendAsync(message, Ct);

        Assert.Equal(message, (await client.ReceiveAsync(Ct))?.Text);
        Assert.Equal([$"{(kind == "http" ? "CONNECT" : "SOCKS5")} localhost:{port} as user:s@crt"], proxy.Asked);
        Assert.Null(client.Request.Headers["Proxy-Authorization"]);
    }

    [Theory]
    [InlineData("http", "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nno!\n", "The proxy answered 403 Forbidden to CONNECT localhost:9 (RFC 9110 section 9.3.6).")]
    [InlineData("http", null, "The proxy answered 407 Proxy Authentication Required to CONNECT localhost:9 (RFC 9110 section 9.3.6).")]
    [InlineData("socks5", null, "The SOCKS5 proxy refused the name and password (RFC 1929 section 2)")]
    public async Task A_refusal_is_the_proxy_s_and_tells_no_credentials(string kind, string? answer, string message)
    {
        await using TestProxy proxy = new() { Credentials = "user:right", HttpRefusal = answer };

        Exception e = await Assert.ThrowsAnyAsync<Exception>(() =>
            WebSocketClient.ConnectAsync(new Uri("ws://localhost:9/"), Options(TestProxy.As(AddressOf(proxy, kind), "user:guessed")), Ct));

        Assert.Equal(message, e.Message);
        Assert.DoesNotContain("guessed", e.ToString(), StringComparison.Ordinal);
        Assert.Equal(kind == "http", e is WebSocketHandshakeException { Status: 403 or 407, Body.IsEmpty: false });
    }

    [Theory]
    [InlineData("http", "The proxy answered 502 Bad Gateway to CONNECT localhost:{0} (RFC 9110 section 9.3.6).")]
    [InlineData("socks5", "The SOCKS5 proxy cannot reach localhost:{0}: connection refused (RFC 1928 section 6)")]
    public async Task A_server_that_the_proxy_cannot_reach_is_named(string kind, string message)
    {
        await using TestProxy proxy = new();
        int port = FreePort();

        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => WebSocketClient.ConnectAsync(new Uri($"ws://localhost:{port}/"), Options(AddressOf(proxy, kind)), Ct));

        Assert.Equal(message.Replace("{0}", $"{port}", StringComparison.Ordinal), e.Message);
    }

    [Fact]
    public async Task A_reply_of_SOCKS5_has_its_reason()
    {
        await using TestProxy proxy = new() { Socks5Refusal = 2 };

        IOException e = await Assert.ThrowsAsync<IOException>(() => WebSocketClient.ConnectAsync(new Uri("ws://[fd00::99]:8/"), Options(proxy.Socks5Address), Ct));

        Assert.Equal("The SOCKS5 proxy cannot reach [fd00::99]:8: its rules do not allow it (RFC 1928 section 6)", e.Message);
        Assert.Equal(["SOCKS5 [fd00::99]:8"], proxy.Asked);
    }

    [Fact]
    public async Task A_proxy_that_is_not_there_is_named_and_not_the_server()
    {
        int port = FreePort();

        IOException e = await Assert.ThrowsAsync<IOException>(() => WebSocketClient.ConnectAsync(new Uri("ws://example.com/"), Options(new Uri($"http://user:secret@127.0.0.1:{port}")), Ct));

        Assert.Equal($"Cannot connect to 127.0.0.1:{port}: connection refused (127.0.0.1).", e.Message);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    public async Task A_silent_proxy_is_left_when_the_time_to_connect_is_over(string kind)
    {
        ManualClock clock = new();
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedServer proxy = ScriptedServer.Start(async client =>
        {
            await client.ReadAsync(3);
            asked.SetResult();
        });
        WebSocketClientOptions options = Options(new Uri($"{kind}://127.0.0.1:{proxy.Port}")) with { TimeProvider = clock, ConnectTimeout = TimeSpan.FromSeconds(7) };

        Task<WebSocketConnection> connecting = WebSocketClient.ConnectAsync(new Uri("ws://example.com/"), options, Ct);
        await asked.Task.WaitAsync(Patience, Ct);
        clock.Advance(TimeSpan.FromSeconds(7));

        TimeoutException e = await Assert.ThrowsAsync<TimeoutException>(() => connecting.WaitAsync(Patience, Ct));
        Assert.Equal("There was no connection to ws://example.com/ within 00:00:07.", e.Message);
        await proxy.FinishAsync();
    }

    [Fact]
    public async Task What_an_HTTP_proxy_sends_behind_its_answer_belongs_to_the_server()
    {
        await using ScriptedServer proxy = ScriptedServer.Start(static async client =>
        {
            await client.ReadRequestAsync();
            await client.SendAsync("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 4");         // the server, which nobody has asked yet, already refuses
            await client.ReadRequestAsync();
            await client.SendAsync("03 Forbidden\r\nContent-Length: 0\r\n\r\n");
        });

        WebSocketHandshakeException e = await Assert.ThrowsAsync<WebSocketHandshakeException>(() =>
            WebSocketClient.ConnectAsync(new Uri("ws://example.com/"), Options(new Uri($"http://127.0.0.1:{proxy.Port}")), Ct));

        Assert.Equal(403, e.Status);
        Assert.DoesNotContain("proxy", e.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static WebSocketClientOptions Options(Uri proxy) =>
        new() { Proxy = WebSocketProxy.At(proxy), Tls = new TlsClientOptions { TrustedRoots = TestCertificates.Roots } };

    private static Uri AddressOf(TestProxy proxy, string kind) => kind == "http" ? proxy.HttpAddress : proxy.Socks5Address;

    /// <summary>A port that was free a moment ago.</summary>
    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
