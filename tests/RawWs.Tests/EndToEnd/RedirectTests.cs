using System.Collections.Concurrent;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>Redirects are followed only when asked for, only so often, and never with what was meant for another origin.</summary>
public sealed class RedirectTests
{
    private static readonly string[] Private = ["Authorization", "Cookie", "X-Own"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirect_within_the_origin_keeps_all_that_was_asked_for(int status)
    {
        ConcurrentQueue<RawRequest> requests = [];
        await using ScriptedServer server = Origin(requests, request => request.Target == "/next?x=1" ? null : To(status, "/next?x=1"));

        await using (WebSocketConnection connection = await ConnectAsync(server, maxRedirects: 1))
            Assert.Equal("/next", connection.Request.Path);

        await server.FinishAsync();
        Assert.Equal(2, requests.Count);
        Assert.All(requests, static request => Assert.All(Private, name => Assert.NotNull(request[name])));
        Assert.Distinct(requests.Select(static request => request["Sec-WebSocket-Key"]));
    }

    [Fact]
    public async Task Redirect_to_another_origin_leaves_secrets_and_own_headers_behind()
    {
        ConcurrentQueue<RawRequest> first = [], second = [];
        await using ScriptedServer other = Origin(second, static _ => null);
        await using ScriptedServer server = Origin(first, _ => To(302, new Uri(other.Endpoint, "/there").ToString()));

        await using (WebSocketConnection connection = await ConnectAsync(server, maxRedirects: 1))
            Assert.Equal("/there", connection.Request.Path);

        await server.FinishAsync();
        await other.FinishAsync();
        Assert.All(Private, name => Assert.NotNull(Assert.Single(first)[name]));
        RawRequest leaked = Assert.Single(second);
        Assert.All(Private, name => Assert.Null(leaked[name]));
        Assert.All(leaked.Headers, static header => Assert.DoesNotContain("S3CRET", header.Value, StringComparison.Ordinal));
        Assert.Equal((other.Endpoint.Authority, "/there"), (leaked["Host"], leaked.Target));
    }

    [Fact]
    public async Task Secrets_do_not_come_back_by_way_of_another_origin()
    {
        ConcurrentQueue<RawRequest> first = [], second = [];
        Uri? home = null;
        await using ScriptedServer other = Origin(second, _ => To(302, home + "back"));
        await using ScriptedServer server = Origin(first, request => request.Target == "/back" ? null : To(302, other.Endpoint.ToString()));
        home = server.Endpoint;

        await (await ConnectAsync(server, maxRedirects: 2)).DisposeAsync();

        Assert.All(Private, name => Assert.Null(first.Last()[name]));
    }

    [Fact]
    public async Task Redirect_is_a_refusal_when_none_is_asked_for()
    {
        WebSocketHandshakeException error = await BadServer.FailAsync<WebSocketHandshakeException>(static _ => To(302, "/next"));
        Assert.Equal(302, error.Status);
        Assert.Contains(error.Headers, static header => header is { Key: "Location", Value: "/next" });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task Loop_ends_at_the_limit(int maxRedirects)
    {
        ConcurrentQueue<RawRequest> requests = [];
        await using ScriptedServer server = Origin(requests, static _ => To(307, "/loop"));

        WebSocketHandshakeException error = await Assert.ThrowsAsync<WebSocketHandshakeException>(() => ConnectAsync(server, maxRedirects));

        await server.FinishAsync();
        Assert.Equal(maxRedirects + 1, requests.Count);
        Assert.Equal(307, error.Status);
        BadServer.AssertNoSecret(error, new LogLines());
    }

    [Theory]
    [InlineData("", "none")]
    [InlineData("Location: \r\n", "an empty one")]
    [InlineData("Location: http://[::1\r\n", "half an address")]
    [InlineData("Location: ws://127.0.0.1:99999/\r\n", "a port that is none")]
    [InlineData("Location: ftp://127.0.0.1/\r\n", "another scheme")]
    [InlineData("Location: javascript:alert(1)\r\n", "a script")]
    [InlineData("Location: file:///etc/passwd\r\n", "a file")]
    [InlineData("Location: //\r\n", "no host")]
    [InlineData("Location: /a\r\nLocation: /b\r\n", "two")]
    public async Task Location_that_leads_nowhere_is_refused(string line, string why)
    {
        WebSocketHandshakeException error = await BadServer.FailAsync<WebSocketHandshakeException>(
            _ => $"HTTP/1.1 302 Found\r\n{line}Content-Length: 0\r\n\r\n", static options => options with { MaxRedirects = 5 });
        Assert.True(error.Status == 302, why);
        Assert.Contains("(RFC ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Who we are is the caller's to say.</summary>
    [Fact]
    public async Task Location_that_names_a_user_is_refused()
    {
        WebSocketHandshakeException error = await BadServer.FailAsync<WebSocketHandshakeException>(
            static _ => To(302, "ws://somebody:S3CRET@127.0.0.1/"), static options => options with { MaxRedirects = 5 });
        BadServer.AssertNames("9110 section 4.2.4", error);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(304)]
    [InlineData(305)]
    public async Task Status_that_is_no_redirect_is_not_followed(int status)
    {
        WebSocketHandshakeException error = await BadServer.FailAsync<WebSocketHandshakeException>(_ => To(status, "/next"), static options => options with { MaxRedirects = 5 });
        Assert.Equal(status, error.Status);
    }

    /// <summary>An answer that came encrypted must not move the client to where everybody can read.</summary>
    [Theory]
    [InlineData("ws")]
    [InlineData("http")]
    public async Task Redirect_from_wss_to_an_unencrypted_address_is_refused(string scheme)
    {
        ConcurrentQueue<RawRequest> requests = [];
        await using ScriptedServer plain = Origin(requests, static _ => null);
        await using TestServer server = await RedirectingAsync($"{scheme}://127.0.0.1:{plain.Port}/");

        WebSocketHandshakeException error = await Assert.ThrowsAsync<WebSocketHandshakeException>(() => ConnectAsync(server));

        Assert.Equal(302, error.Status);
        BadServer.AssertNames("6455 section 10.6", error);
        Assert.Equal(0, plain.Accepted);
        await server.WaitForConnectionsAsync(0);
    }

    [Theory]
    [InlineData("/echo")]
    [InlineData("wss://localhost:{port}/echo")]
    [InlineData("https://localhost:{port}/echo")]
    public async Task Redirect_from_wss_to_an_encrypted_address_is_followed(string location)
    {
        await using TestServer server = await RedirectingAsync(location);
        await using WebSocketConnection connection = await ConnectAsync(server);
        Assert.Equal(("/echo", true), (connection.Request.Path, connection.Request.IsSecure));
    }

    private static Task<TestServer> RedirectingAsync(string location) => TestServer.StartAsync(
        server => server.Map("/from", TestServer.EchoAsync, options => options with
        {
            OnUpgrade = (_, _) =>
            {
                string to = location.Replace("{port}", $"{server.Endpoints[0].Port}", StringComparison.Ordinal);
                return ValueTask.FromResult(UpgradeDecision.Reject(new HttpReply(302) { Headers = [new("Location", to)] }));
            },
        }),
        new WebSocketServerOptions { Listen = { "wss://127.0.0.1:0" }, Tls = TlsServer.Good() });

    private static Task<WebSocketConnection> ConnectAsync(TestServer server) => WebSocketClient.ConnectAsync(
        new Uri($"wss://localhost:{server.Endpoint.Port}/from"),
        new() { MaxRedirects = 1, Proxy = WebSocketProxy.None, Tls = new() { TrustedRoots = TestCertificates.Roots } }, Ct);

    private static string To(int status, string location) => $"HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n";

    /// <summary>Answers each request, and accepts it where there is no other answer.</summary>
    private static ScriptedServer Origin(ConcurrentQueue<RawRequest> requests, Func<RawRequest, string?> answer) =>
        ScriptedServer.Start(async client =>
        {
            RawRequest request = await client.ReadRequestAsync();
            requests.Enqueue(request);
            if (answer(request) is { } other)
            {
                await client.SendAsync(other);
                return;
            }

            await client.SendAsync(ScriptedServer.Accepting(request));
            RawFrame close = await client.ReadFrameAsync();
            await client.SendAsync(close);
            client.HalfClose();
        });

    private static Task<WebSocketConnection> ConnectAsync(ScriptedServer server, int maxRedirects) =>
        WebSocketClient.ConnectAsync(
            BadServer.Target(server), BadServer.Options(new LogLines()) with { MaxRedirects = maxRedirects, Headers = [new("X-Own", "S3CRET-key")] }, Ct);
}
