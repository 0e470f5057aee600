using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>Our client against our server over real sockets: what it asks for, and the ways it takes.</summary>
public sealed class ClientTests
{
    private const int Timeout = 60_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task Messages_come_back()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(new Uri(server.Endpoint, "/echo"), ct: Ct);
        foreach (string text in new[] { "Hello", "", new string('x', 100_000) })
        {
            await client.SendAsync(text, Ct);
            Assert.Equal(text, (await client.ReceiveAsync(Ct))?.Text);
        }
        Assert.True((await client.CloseAsync(ct: Ct)).IsClean);
        await server.WaitForConnectionsAsync(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_server_sees_what_the_options_ask_for_and_the_client_its_answer()
    {
        TaskCompletionSource<HttpRequest> seen = new();
        await using TestServer server = await TestServer.StartAsync(server => server.Map("/app", connection =>
        {
            seen.SetResult(connection.Request);
            return TestServer.EchoAsync(connection);
        }, options => options with
        {
            Subprotocols = ["chat.v2"],
            AllowedOrigins = ["https://app.example"],
            OnUpgrade = static (_, _) => ValueTask.FromResult(UpgradeDecision.Accept(null, [new("X-Room", "blue"), new("Set-Cookie", "seen=yes; Path=/")])),
        }));
        CookieContainer cookies = new();
        Uri uri = new(server.Endpoint, "/app?room=5&name=J%C3%B6rg");
        cookies.Add(new UriBuilder(uri) { Scheme = "http" }.Uri, new Cookie("session", "abc"));
        WebSocketClientOptions options = new()
        {
            Subprotocols = ["chat.v1", "chat.v2"],
            Headers = [new("X-Trace", "17"), new("User-Agent", "tests")],
            Origin = "https://app.example",
            Cookies = cookies,
            Credentials = WebSocketCredentials.Basic("ann", "secret"),
        };
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(uri, options, Ct);
        HttpRequest request = await seen.Task.WaitAsync(Ct);
        Assert.Equal(("/app", "room=5&name=J%C3%B6rg", uri.Authority), (request.Path, request.Query, request.Host));
        Assert.Equal("17", request.Headers["X-Trace"]);
        Assert.Equal("tests", request.Headers["User-Agent"]);
        Assert.Equal("https://app.example", request.Headers["Origin"]);
        Assert.Equal("session=abc", request.Headers["Cookie"]);
        Assert.Equal("Basic YW5uOnNlY3JldA==", request.Headers["Authorization"]);
        Assert.Equal("13", request.Headers["Sec-WebSocket-Version"]);

        Assert.Equal("chat.v2", client.Subprotocol);
        Assert.Equal("blue", client.ResponseHeaders?["X-Room"]);
        Assert.Equal("/app", client.Request.Path);
        Assert.Equal("yes", cookies.GetCookies(new UriBuilder(uri) { Scheme = "http" }.Uri)["seen"]?.Value);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_user_information_of_the_uri_is_shown_as_basic_credentials_and_stands_in_no_target()
    {
        TaskCompletionSource<HttpRequest> seen = new();
        await using TestServer server = await TestServer.StartAsync(server => server.Map("/private", connection =>
        {
            seen.SetResult(connection.Request);
            return Task.CompletedTask;
        }));
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(new Uri($"ws://ann:se%3Acret@{server.Endpoint.Authority}/private"), ct: Ct);
        HttpRequest request = await seen.Task.WaitAsync(Ct);
        Assert.Equal("Basic " + Convert.ToBase64String("ann:se:cret"u8), request.Headers["Authorization"]);
        Assert.Equal(server.Endpoint.Authority, request.Host);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_refusal_has_its_status_headers_and_body()
    {
        await using TestServer server = await TestServer.StartAsync(server => server.Map("/private", static _ => Task.CompletedTask, static options => options with
        {
            OnUpgrade = static (_, _) => ValueTask.FromResult(UpgradeDecision.Reject(401, "who are you?")),
        }));
        WebSocketHandshakeException refusal = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => WebSocketClient.ConnectAsync(new Uri(server.Endpoint, "/private"), ct: Ct));
        Assert.Equal(401, refusal.Status);
        Assert.Equal("who are you?", System.Text.Encoding.UTF8.GetString(refusal.Body.Span).Trim());
        Assert.Contains(refusal.Headers, static field => field.Key == "Content-Type");
        Assert.Contains("401", refusal.Message, StringComparison.Ordinal);
        await server.WaitForConnectionsAsync(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_unix_socket_is_a_way()
    {
        string path = Path.Combine(Path.GetTempPath(), $"rawws-{Guid.NewGuid():N}.sock");
        WebSocketServerOptions options = new() { Listen = { "unix:" + path } };
        await using TestServer server = await TestServer.StartAsync(options: options);
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(
            new Uri("ws://localhost/echo"), new WebSocketClientOptions { UnixSocket = path }, Ct);
        await client.SendAsync("over a file", Ct);
        Assert.Equal("over a file", (await client.ReceiveAsync(Ct))?.Text);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_stream_of_the_callers_is_a_way_and_is_closed_with_the_connection()
    {
        await using TestServer server = await TestServer.StartAsync();
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(server.Endpoint.Authority), Ct);
        NetworkStream stream = new(socket, ownsSocket: true);
        WebSocketConnection client = await WebSocketClient.ConnectOverAsync(stream, new Uri(server.Endpoint, "/echo"), ct: Ct);
        await client.SendAsync("over a stream", Ct);
        Assert.Equal("over a stream", (await client.ReceiveAsync(Ct))?.Text);
        await client.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => stream.Read(new byte[1]));
        await server.WaitForConnectionsAsync(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_callback_makes_the_way()
    {
        await using TestServer server = await TestServer.StartAsync();
        Uri? asked = null;
        WebSocketClientOptions options = new()
        {
            ConnectCallback = async (uri, ct) =>
            {
                asked = uri;
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPEndPoint.Parse(server.Endpoint.Authority), ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(new Uri("ws://127.0.0.1:1/echo"), options, Ct);
        await client.SendAsync("by callback", Ct);
        Assert.Equal("by callback", (await client.ReceiveAsync(Ct))?.Text);
        Assert.Equal("ws://127.0.0.1:1/echo", asked?.AbsoluteUri);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_stream_is_closed_when_the_server_refuses()
    {
        await using TestServer server = await TestServer.StartAsync();
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(server.Endpoint.Authority), Ct);
        NetworkStream stream = new(socket, ownsSocket: true);
        await Assert.ThrowsAsync<WebSocketHandshakeException>(() => WebSocketClient.ConnectOverAsync(stream, new Uri(server.Endpoint, "/nowhere"), ct: Ct));
        Assert.Throws<ObjectDisposedException>(() => stream.Read(new byte[1]));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_stream_is_closed_also_when_nothing_was_sent()
    {
        MemoryStream canceled = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => WebSocketClient.ConnectOverAsync(canceled, new Uri("ws://example.com/"), ct: new CancellationToken(canceled: true)));
        Assert.False(canceled.CanRead);
        MemoryStream refused = new();
        await Assert.ThrowsAsync<ArgumentException>(
            () => WebSocketClient.ConnectOverAsync(refused, new Uri("ws://example.com/"), new WebSocketClientOptions { Subprotocols = ["a b"] }, Ct));
        Assert.False(refused.CanRead);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_callback_that_does_not_heed_its_token_is_left_behind_and_its_stream_is_closed()
    {
        TaskCompletionSource<Stream> opening = new();
        using CancellationTokenSource cancel = new();
        Task<WebSocketConnection> connect = WebSocketClient.ConnectAsync(
            new Uri("ws://example.com/"), new WebSocketClientOptions { ConnectCallback = (_, _) => new(opening.Task) }, cancel.Token);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
        MemoryStream late = new();
        opening.SetResult(late);
        while (late.CanRead)
            await Task.Yield();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_callback_that_gives_no_stream_is_told_so() => await Assert.ThrowsAsync<InvalidOperationException>(
        () => WebSocketClient.ConnectAsync(new Uri("ws://example.com/"), new WebSocketClientOptions { ConnectCallback = static (_, _) => default }, Ct));

    [Fact(Timeout = Timeout)]
    public async Task A_socket_failure_in_a_callback_is_one_of_the_network() => await Assert.ThrowsAsync<IOException>(
        () => WebSocketClient.ConnectAsync(new Uri("ws://example.com/"), new WebSocketClientOptions { ConnectCallback = static (_, _) => throw new SocketException(111) }, Ct));

    [Fact(Timeout = Timeout)]
    public async Task A_write_that_is_stuck_in_a_stream_ends_with_the_deadline()
    {
        System.IO.Pipelines.Pipe toServer = new(new System.IO.Pipelines.PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        System.IO.Pipelines.Pipe toClient = new();
        ManualClock clock = new();
        WebSocketClientOptions options = new() { TimeProvider = clock, HandshakeTimeout = TimeSpan.FromSeconds(1) };
        Task<WebSocketConnection> connect = WebSocketClient.ConnectOverAsync(
            new TwoStreams(toClient.Reader.AsStream(), toServer.Writer.AsStream()), new Uri("ws://example.com/"), options, Ct);
        await toServer.Reader.ReadAsync(Ct);
        clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => connect);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_cookie_that_could_not_be_sent_back_is_not_kept()
    {
        await using TestServer server = await TestServer.StartAsync(server => server.Map("/c", TestServer.EchoAsync, static options => options with
        {
            OnUpgrade = static (_, _) => ValueTask.FromResult(UpgradeDecision.Accept(null, [new("Set-Cookie", "good=1"), new("Set-Cookie", "bad=a\tb")])),
        }));
        WebSocketClientOptions options = new() { Cookies = new CookieContainer() };
        for (int i = 0; i < 2; i++)
        {
            await using WebSocketConnection client = await WebSocketClient.ConnectAsync(new Uri(server.Endpoint, "/c"), options, Ct);
            Assert.Equal(i == 0 ? null : "good=1", client.Request.Headers["Cookie"]);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_client_certificate_that_cannot_be_used_is_told_before_there_is_a_connection()
    {
        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        X509Certificate2 gone = new(TestCertificates.Client("gone"));
        gone.Dispose();
        WebSocketClientOptions options = new() { Tls = new() { ClientCertificates = { gone } } };
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => WebSocketClient.ConnectAsync(new Uri($"wss://{server.LocalEndpoint}/"), options, Ct));
        Assert.Contains("ClientCertificates", error.Message, StringComparison.Ordinal);
        Assert.False(server.Pending());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_servers_certificate_is_not_taken_for_a_clients()
    {
        await using TestServer server = await TlsServer.StartAsync();
        WebSocketClientOptions options = new() { Tls = new() { TrustedRoots = TestCertificates.Roots, TargetHost = "localhost" } };
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(new Uri($"wss://{server.Endpoint.Authority}/echo"), options, Ct);
        Assert.True(client.Request.IsSecure);
        Assert.Null(client.Request.ClientCertificate);
    }

    [Fact(Timeout = Timeout)]
    public async Task Nobody_there_is_said_with_the_address_and_the_reason()
    {
        using Socket bound = new(SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));                 // taken, and not listening
        int port = ((IPEndPoint)bound.LocalEndPoint!).Port;
        IOException error = await Assert.ThrowsAsync<IOException>(() => WebSocketClient.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/"), ct: Ct));
        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("refused", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_server_that_stops_is_found_again()
    {
        int connections = 0;
        List<Exception?> retries = [];
        TestServer server = await TestServer.StartAsync();
        Uri uri = new(server.Endpoint, "/echo");
        WebSocketClientOptions options = new()
        {
            Reconnect = new() { FirstDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(10), OnRetry = (error, _) => retries.Add(error) },
        };
        await foreach (WebSocketConnection client in WebSocketClient.ConnectForeverAsync(uri, options, Ct))
        {
            await client.SendAsync("still there?", Ct);
            Assert.Equal("still there?", (await client.ReceiveAsync(Ct))?.Text);
            if (++connections == 2)
                break;
            await server.DisposeAsync();
            server = await TestServer.StartAsync(options: new WebSocketServerOptions { Listen = { uri.GetLeftPart(UriPartial.Authority) } });
        }
        await server.WaitForConnectionsAsync(0);
        await server.DisposeAsync();
        Assert.NotEmpty(retries);
    }

    [Fact(Timeout = Timeout)]
    public async Task In_turn_a_second_connection_begins_when_the_first_is_open_or_has_failed()
    {
        using TcpListener slow = new(IPAddress.Loopback, 0);
        slow.Start();
        WebSocketClientOptions options = new() { ConnectInTurn = true };
        Uri uri = new($"ws://{slow.LocalEndpoint}/");
        Task<WebSocketConnection> first = WebSocketClient.ConnectAsync(uri, options, Ct);
        Task<WebSocketConnection> second = WebSocketClient.ConnectAsync(uri, options, Ct);
        using (Socket peer = await slow.AcceptSocketAsync(Ct))
        {
            Assert.NotEqual(0, await peer.ReceiveAsync(new byte[4096], Ct));
            Assert.False(slow.Pending());
        }
        await Assert.ThrowsAsync<IOException>(() => first);
        using (await slow.AcceptSocketAsync(Ct))
        {
        }
        await Assert.ThrowsAsync<IOException>(() => second);
    }

    [Fact(Timeout = Timeout)]
    public async Task Canceling_ends_the_wait_for_an_answer_and_the_connection()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        using CancellationTokenSource cancel = new();
        Task<WebSocketConnection> connect = WebSocketClient.ConnectAsync(new Uri($"ws://{silent.LocalEndpoint}/"), ct: cancel.Token);
        using Socket peer = await silent.AcceptSocketAsync(Ct);
        byte[] request = new byte[4096];
        Assert.NotEqual(0, await peer.ReceiveAsync(request, Ct));
        cancel.Cancel();
        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
        Assert.Equal(cancel.Token, error.CancellationToken);
        await AssertEndAsync(peer);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_wait_for_an_answer_has_a_deadline_of_its_own()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        ManualClock clock = new();
        WebSocketClientOptions options = new() { TimeProvider = clock, HandshakeTimeout = TimeSpan.FromSeconds(7), ConnectTimeout = TimeSpan.FromSeconds(3) };
        Task<WebSocketConnection> connect = WebSocketClient.ConnectAsync(new Uri($"ws://{silent.LocalEndpoint}/chat?token=xyz"), options, Ct);
        using Socket peer = await silent.AcceptSocketAsync(Ct);
        byte[] request = new byte[4096];
        Assert.NotEqual(0, await peer.ReceiveAsync(request, Ct));
        clock.Advance(TimeSpan.FromSeconds(6.9));
        Assert.False(connect.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        TimeoutException error = await Assert.ThrowsAsync<TimeoutException>(() => connect);
        Assert.Contains("00:00:07", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("xyz", error.Message, StringComparison.Ordinal);
        await AssertEndAsync(peer);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_way_to_the_server_has_a_deadline_of_its_own()
    {
        ManualClock clock = new();
        WebSocketClientOptions options = new()
        {
            TimeProvider = clock,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            ConnectCallback = static async (_, ct) =>
            {
                await Task.Delay(System.Threading.Timeout.Infinite, ct);
                return Stream.Null;
            },
        };
        Task<WebSocketConnection> connect = WebSocketClient.ConnectAsync(new Uri("ws://example.com/"), options, Ct);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Contains("00:00:03", (await Assert.ThrowsAsync<TimeoutException>(() => connect)).Message, StringComparison.Ordinal);
    }

    /// <summary>A stream that reads from one and writes to another, as in-memory pairs are.</summary>
    private sealed class TwoStreams(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override void Flush() => output.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    private static async Task AssertEndAsync(Socket peer)
    {
        byte[] rest = new byte[4096];
        try
        {
            while (await peer.ReceiveAsync(rest, Ct) > 0)
            {
            }
        }
        catch (SocketException reset)
        {
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }
    }
}
