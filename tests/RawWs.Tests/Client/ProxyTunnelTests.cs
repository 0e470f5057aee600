using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using RawWs.Client;
using RawWs.Tests.Support;
using RawWs.Transport;
using RawWs.Transport.Connecting;
using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Client;

/// <summary>The tunnel over a connection in memory, its proxy's bytes one by one and at once; and through a real proxy.</summary>
public sealed class ProxyTunnelTests
{
    private const string Behind = "\u0081\u0005first";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ProxyAddress Http = new(ProxyKind.Http, "proxy", 3128, null, null);
    private static readonly ProxyAddress Socks5 = new(ProxyKind.Socks5, "proxy", 1080, null, null);

    [Theory]
    [InlineData("HTTP/1.1 200 Connection established\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nVia: x\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("HTTP/1.1 299 \r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n")]        // a tunnel has no body, whatever these say
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")]
    public async Task Any_2xx_opens_the_way_and_what_follows_it_stays_in_the_pipe(string answer)
    {
        foreach (int step in new[] { 1, int.MaxValue })
        {
            await using Conversation conversation = new(Http, "example.com", 80);
            await conversation.AnswerAsync(answer + Behind, step);

            await conversation.Opened;
            Assert.Equal("CONNECT example.com:80 HTTP/1.1\r\nHost: example.com:80\r\n\r\n", await conversation.SentAsync());
            Assert.Equal(Behind, await conversation.RestAsync());
        }
    }

    [Theory]
    [InlineData("::1", 443, "[::1]:443")]
    [InlineData("fe80::1%25eth0", 443, "[fe80::1]:443")]
    [InlineData("127.0.0.1", 8080, "127.0.0.1:8080")]
    public async Task CONNECT_names_host_and_port(string host, int port, string authority)
    {
        await using Conversation conversation = new(Http, host, port);
        await conversation.AnswerAsync("HTTP/1.1 200 OK\r\n\r\n");

        await conversation.Opened;
        Assert.Equal($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n", await conversation.SentAsync());
    }

    [Fact]
    public async Task CONNECT_shows_the_credentials()
    {
        await using Conversation conversation = new(Http with { User = "user", Password = "s\u00e9cret" }, "h", 80);
        await conversation.AnswerAsync("HTTP/1.1 200 OK\r\n\r\n");

        await conversation.Opened;
        string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("user:s\u00e9cret"));
        Assert.Equal($"CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\nProxy-Authorization: Basic {basic}\r\n\r\n", await conversation.SentAsync());
    }

    [Fact]
    public async Task A_refusal_comes_with_its_status_headers_and_body()
    {
        foreach (int step in new[] { 1, int.MaxValue })
        {
            await using Conversation conversation = new(Http with { User = "user", Password = "secret" }, "example.com", 80);
            await conversation.AnswerAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 4\r\n\r\nwho?more", step);

            WebSocketHandshakeException e = await Assert.ThrowsAsync<WebSocketHandshakeException>(() => conversation.Opened);
            Assert.Equal(407, e.Status);
            Assert.Equal("The proxy answered 407 Proxy Authentication Required to CONNECT example.com:80 (RFC 9110 section 9.3.6).", e.Message);
            Assert.Equal([new("Proxy-Authenticate", "Basic realm=\"x\""), new("Content-Length", "4")], e.Headers);
            Assert.Equal("who?", Encoding.ASCII.GetString(e.Body.Span));
            Assert.DoesNotContain("secret", e.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", 101, "The proxy answered 101 to CONNECT h:80 (RFC 9110 section 9.3.6).")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://other\r\nContent-Length: 0\r\n\r\n", 302, "The proxy answered 302 Found to CONNECT h:80 (RFC 9110 section 9.3.6).")]
    [InlineData("HTTP/1.1 503 \u009bwhatever\r\nContent-Length: 0\r\n\r\n", 503, "The proxy answered 503 Service Unavailable to CONNECT h:80 (RFC 9110 section 9.3.6).")]
    public async Task No_other_status_opens_the_way(string answer, int status, string message)
    {
        await using Conversation conversation = new(Http, "h", 80);
        await conversation.AnswerAsync(answer);

        WebSocketHandshakeException e = await Assert.ThrowsAsync<WebSocketHandshakeException>(() => conversation.Opened);
        Assert.Equal((status, message), (e.Status, e.Message));
    }

    [Fact]
    public async Task A_refusal_whose_body_never_ends_is_told_when_the_proxy_ends()
    {
        await using Conversation conversation = new(Http, "h", 80);
        await conversation.AnswerAsync("HTTP/1.1 502 Bad Gateway\r\n\r\nbecause");
        conversation.EndAnswers();

        WebSocketHandshakeException e = await Assert.ThrowsAsync<WebSocketHandshakeException>(() => conversation.Opened);
        Assert.Equal("because", Encoding.ASCII.GetString(e.Body.Span));
    }

    [Fact]
    public async Task An_answer_that_is_no_HTTP_is_the_proxys_fault()
    {
        await using Conversation conversation = new(Http, "h", 80);
        await conversation.AnswerAsync("SSH-2.0-OpenSSH_9.2\r\n");

        WebSocketHandshakeException e = await Assert.ThrowsAsync<WebSocketHandshakeException>(() => conversation.Opened);
        Assert.Equal(0, e.Status);
        Assert.StartsWith("The proxy's answer to CONNECT h:80 is none.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20_000, 1)]
    [InlineData(100, 65)]
    public async Task An_endless_head_is_cut_off(int bytes, int lines)
    {
        await using Conversation conversation = new(Http, "h", 80);
        await conversation.AnswerAsync("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat($"X: {new string('x', bytes)}\r\n", lines)));

        Assert.Equal(0, (await Assert.ThrowsAsync<WebSocketHandshakeException>(() => conversation.Opened)).Status);
    }

    [Fact]
    public async Task Interim_answers_without_end_are_cut_off()
    {
        await using Conversation conversation = new(Http, "h", 80);
        await conversation.AnswerAsync(string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100)));

        WebSocketHandshakeException e = await Assert.ThrowsAsync<WebSocketHandshakeException>(() => conversation.Opened);
        Assert.Contains("The proxy sent more than 8 interim answers", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SOCKS5_opens_the_way_and_what_follows_it_stays_in_the_pipe()
    {
        foreach (int step in new[] { 1, int.MaxValue })
        {
            await using Conversation conversation = new(Socks5 with { User = "user", Password = "secret" }, "example.com", 80);
            await conversation.AnswerAsync("\u0005\u0002\u0001\0\u0005\0\0\u0003\u0003abc\u0004\u0038" + Behind, step);

            await conversation.Opened;
            Assert.Equal("\u0005\u0002\0\u0002\u0001\u0004user\u0006secret\u0005\u0001\0\u0003\u000bexample.com\0\u0050", await conversation.SentAsync());
            Assert.Equal(Behind, await conversation.RestAsync());
        }
    }

    [Fact]
    public async Task A_refusal_by_SOCKS5_names_its_reason()
    {
        foreach (int step in new[] { 1, int.MaxValue })
        {
            await using Conversation conversation = new(Socks5, "example.com", 80);
            await conversation.AnswerAsync("\u0005\0\u0005\u0004\0\u0001\0\0\0\0\0\0", step);

            Assert.Equal("The SOCKS5 proxy cannot reach example.com:80: host unreachable (RFC 1928 section 6)", (await Assert.ThrowsAsync<IOException>(() => conversation.Opened)).Message);
        }
    }

    [Theory]
    [InlineData(ProxyKind.Http, "")]
    [InlineData(ProxyKind.Http, "HTTP/1.1 200 OK\r\n")]
    [InlineData(ProxyKind.Http, "HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData(ProxyKind.Socks5, "")]
    [InlineData(ProxyKind.Socks5, "\u0005")]
    [InlineData(ProxyKind.Socks5, "\u0005\0\u0005\0\0\u0003")]
    internal async Task An_end_within_the_answer_is_told(ProxyKind kind, string answer)
    {
        await using Conversation conversation = new(Http with { Kind = kind }, "h", 80);
        await conversation.AnswerAsync(answer);
        conversation.EndAnswers();

        Assert.Equal("The proxy ended the connection before its answer was complete.", (await Assert.ThrowsAsync<IOException>(() => conversation.Opened)).Message);
    }

    [Theory]
    [InlineData(ProxyKind.Http)]
    [InlineData(ProxyKind.Socks5)]
    internal async Task Cancelling_ends_the_wait_for_a_silent_proxy(ProxyKind kind)
    {
        using CancellationTokenSource cancel = new();
        await using Conversation conversation = new(Http with { Kind = kind }, "h", 80, cancel.Token);
        Assert.NotEqual("", await conversation.SentAsync());

        cancel.Cancel();

        OperationCanceledException e = await Assert.ThrowsAsync<OperationCanceledException>(() => conversation.Opened);
        Assert.Equal(cancel.Token, e.CancellationToken);
    }

    [Fact]
    public async Task What_SOCKS5_cannot_say_is_refused_before_a_byte_is_sent()
    {
        await using Conversation conversation = new(Socks5, new string('x', 256), 80);

        await Assert.ThrowsAsync<ArgumentException>(() => conversation.Opened);
        await conversation.Client.DisposeAsync();
        Assert.Equal("", await conversation.SentAsync());
    }

    [Theory]
    [InlineData(ProxyKind.Http)]
    [InlineData(ProxyKind.Socks5)]
    internal async Task A_real_proxy_leads_to_the_server(ProxyKind kind)
    {
        await using TestServer server = await TestServer.StartAsync();
        await using TestProxy proxy = new() { Credentials = "user:secret" };
        ProxyAddress address = new(kind, "127.0.0.1", proxy.Port, "user", "secret");
        await using SocketConnection connection = await SocketConnector.ConnectAsync(address.Host, address.Port, TimeProvider.System, CancellationToken.None).WaitAsync(Patience);

        await ProxyTunnel.OpenAsync(connection, address, "example.com", server.Endpoint.Port, CancellationToken.None).WaitAsync(Patience);
        await connection.Output.WriteAsync(Encoding.ASCII.GetBytes($"GET /none HTTP/1.1\r\nHost: 127.0.0.1:{server.Endpoint.Port}\r\n\r\n"));
        ReadResult read = await connection.Input.ReadAsync().AsTask().WaitAsync(Patience);

        Assert.StartsWith("HTTP/1.1 404 ", Encoding.ASCII.GetString(read.Buffer.ToArray()), StringComparison.Ordinal);
        connection.Input.AdvanceTo(read.Buffer.End);
        Assert.Equal([$"{(kind == ProxyKind.Http ? "CONNECT" : "SOCKS5")} example.com:{server.Endpoint.Port} as user:secret"], proxy.Asked);
    }

    [Theory]
    [InlineData(ProxyKind.Http, "The proxy answered 407 Proxy Authentication Required to CONNECT example.com:80 (RFC 9110 section 9.3.6).")]
    [InlineData(ProxyKind.Socks5, "The SOCKS5 proxy refused the name and password (RFC 1929 section 2)")]
    internal async Task A_real_proxy_refuses_wrong_credentials(ProxyKind kind, string message)
    {
        await using TestProxy proxy = new() { Credentials = "user:secret" };
        ProxyAddress address = new(kind, "127.0.0.1", proxy.Port, "user", "guessed");
        await using SocketConnection connection = await SocketConnector.ConnectAsync(address.Host, address.Port, TimeProvider.System, CancellationToken.None).WaitAsync(Patience);

        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => ProxyTunnel.OpenAsync(connection, address, "example.com", 80, CancellationToken.None).WaitAsync(Patience));

        Assert.Equal(message, e.Message);
        Assert.DoesNotContain("guessed", e.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A client that asks for a way, and its proxy, played by the test. Whatever the proxy writes is read before the write returns.</summary>
    private sealed class Conversation : IAsyncDisposable
    {
        private readonly MemoryConnection _proxy;
        private readonly Task _opened;

        public Conversation(ProxyAddress proxy, string host, int port, CancellationToken ct = default)
        {
            (Client, _proxy) = MemoryConnection.CreatePair(TimeProvider.System, PipeScheduler.Inline);
            _opened = ProxyTunnel.OpenAsync(Client, proxy, host, port, ct);
        }

        public MemoryConnection Client { get; }

        public Task Opened => _opened.WaitAsync(Patience);

        public async Task AnswerAsync(string answer, int step = int.MaxValue)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(answer);
            for (int done = 0; done < bytes.Length;)
            {
                int length = Math.Min(step, bytes.Length - done);
                await _proxy.Output.WriteAsync(bytes.AsMemory(done, length)).AsTask().WaitAsync(Patience);
                done += length;
            }
        }

        public void EndAnswers() => _proxy.Output.Complete();

        /// <summary>All that the client has sent so far.</summary>
        public Task<string> SentAsync() => ReadAsync(_proxy.Input);

        /// <summary>What the tunnel left for whoever comes after it.</summary>
        public Task<string> RestAsync() => ReadAsync(Client.Input);

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await _proxy.DisposeAsync();
        }

        private static async Task<string> ReadAsync(PipeReader input)
        {
            ReadResult read = await input.ReadAsync().AsTask().WaitAsync(Patience);
            string text = Encoding.Latin1.GetString(read.Buffer.ToArray());
            input.AdvanceTo(read.Buffer.End);
            return text;
        }
    }
}
