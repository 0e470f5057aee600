using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>Our client against servers that nobody here wrote, plain and over TLS.</summary>
public sealed class PeerServerTests(PeerServers servers) : IClassFixture<PeerServers>
{
    private const int Messages = 1000;
    private const int LargeBytes = 16 * 1024 * 1024;

    private static readonly WebSocketClientOptions Options = new()
    {
        MaxMessageBytes = 2 * LargeBytes,
        Proxy = WebSocketProxy.None,
        Tls = new TlsClientOptions { TrustedRoots = TestCertificates.Roots },
    };

    public static TheoryData<string, string> Servers => PeerServers.All;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Servers))]
    public async Task Messages_come_back_with_their_type(string peer, string scheme)
    {
        await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/echo");
        foreach (string text in (string[])["", "Hello", "\u03ba\u1f79\u03c3\u03bc\u03b5 \ud83d\ude00", new string('x', 125), new string('x', 126), new string('x', 65_536)])
        {
            await connection.SendAsync(text, Ct);
            await AssertNextAsync(connection, WebSocketMessageType.Text, Encoding.UTF8.GetBytes(text));
            await connection.SendAsync(Encoding.UTF8.GetBytes(text), ct: Ct);
            await AssertNextAsync(connection, WebSocketMessageType.Binary, Encoding.UTF8.GetBytes(text));
        }

        await AssertCleanCloseAsync(connection);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Servers))]
    public async Task Sixteen_MiB_come_back(string peer, string scheme)
    {
        await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/echo");
        byte[] payload = new byte[LargeBytes];
        new Random(1).NextBytes(payload);
        Task sending = connection.SendAsync(payload, ct: Ct).AsTask();  // not awaited yet: a peer that echoes part by part must be read meanwhile
        await AssertNextAsync(connection, WebSocketMessageType.Binary, payload);
        await sending;
        await AssertCleanCloseAsync(connection);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Servers))]
    public async Task Our_fragments_come_back_as_one_message(string peer, string scheme)
    {
        await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/echo");
        byte[] payload = new byte[300_000];
        new Random(1).NextBytes(payload);
        using MemoryStream source = new(payload);
        Task sending = connection.SendStreamAsync(source, ct: Ct).AsTask();
        await AssertNextAsync(connection, WebSocketMessageType.Binary, payload);
        await sending;
        await AssertCleanCloseAsync(connection);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Servers))]
    public async Task The_servers_fragments_arrive_as_one_message(string peer, string scheme)
    {
        await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/stream");
        byte[] expected = [.. Enumerable.Range(0, 5).SelectMany(static i => Enumerable.Repeat((byte)i, 64 * 1024))];
        await AssertNextAsync(connection, WebSocketMessageType.Binary, expected);
        await AssertCleanCloseAsync(connection);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Servers))]
    public async Task A_thousand_messages_come_back_in_order(string peer, string scheme)
    {
        await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/echo");
        Task sending = Task.Run(async () =>
        {
            for (int i = 0; i < Messages; i++)
                await connection.SendAsync($"message {i}", Ct);
        }, Ct);
        for (int i = 0; i < Messages; i++)
            await AssertNextAsync(connection, WebSocketMessageType.Text, Encoding.UTF8.GetBytes($"message {i}"));
        await sending;
        await AssertCleanCloseAsync(connection);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Servers))]
    public async Task Our_ping_is_answered(string peer, string scheme)
    {
        await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/echo");
        connection.DiscardReceives();
        Assert.True(await connection.PingAsync(Ct) > TimeSpan.Zero);
        await AssertCleanCloseAsync(connection);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData(PeerServers.Node, "ws")]
    [InlineData(PeerServers.Node, "wss")]
    [InlineData(PeerServers.Python, "ws")]
    [InlineData(PeerServers.Python, "wss")]
    public async Task The_servers_ping_is_answered_with_its_payload(string peer, string scheme)
    {
        await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/ping");
        await AssertNextAsync(connection, WebSocketMessageType.Text, "pong: are you there?"u8.ToArray());
        await AssertCleanCloseAsync(connection);
    }

    /// <summary>Kestrel pings by itself, and cuts off a peer that does not answer.</summary>
    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData("ws")]
    [InlineData("wss")]
    public async Task Kestrels_keep_alive_pings_are_answered(string scheme)
    {
        LogLines log = new();
        await using WebSocketConnection connection = await ConnectAsync(PeerServers.Kestrel, scheme, "/ping", Options with { LoggerFactory = log, LogFrames = true });
        connection.DiscardReceives();
        for (int i = 0; i < 3; i++)
            await log.NextAsync("out: Pong", Ct);
        await AssertCleanCloseAsync(connection);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Servers))]
    public async Task Our_close_reaches_the_server_with_code_and_reason(string peer, string scheme)
    {
        string id = $"?{Guid.NewGuid():N}";
        await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/watched" + id);
        WebSocketCloseResult result = await connection.CloseAsync((WebSocketCloseStatus)4000, "done, \u03ba\u1f79\u03c3\u03bc\u03b5", Ct);
        Assert.Equal((WebSocketCloseInitiator.Local, true, (WebSocketCloseStatus?)4000), (result.Initiator, result.IsClean, result.Status));

        await using WebSocketConnection witness = await ConnectAsync(peer, scheme, "/ending" + id);
        await AssertNextAsync(witness, WebSocketMessageType.Text, Encoding.UTF8.GetBytes("4000 done, \u03ba\u1f79\u03c3\u03bc\u03b5"));
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Servers))]
    public async Task The_servers_close_reaches_us_with_code_and_reason(string peer, string scheme)
    {
        await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/close");
        await connection.SendAsync("4001 enough, \u03ba\u1f79\u03c3\u03bc\u03b5", Ct);
        Assert.Null(await connection.ReceiveAsync(Ct));
        WebSocketCloseResult result = await connection.Completion.WaitAsync(Ct);
        Assert.Equal(
            (WebSocketCloseInitiator.Remote, true, (WebSocketCloseStatus?)4001, "enough, \u03ba\u1f79\u03c3\u03bc\u03b5"),
            (result.Initiator, result.IsClean, result.Status, result.Reason));
    }

    /// <summary>Kestrel cannot: .NET writes the code 1005 for it, which must not be sent (RFC 6455 section 7.4.1).</summary>
    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData(PeerServers.Node, "ws")]
    [InlineData(PeerServers.Node, "wss")]
    [InlineData(PeerServers.Python, "ws")]
    [InlineData(PeerServers.Python, "wss")]
    public async Task The_servers_close_without_a_code_has_none(string peer, string scheme)
    {
        await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/close-without-code");
        Assert.Null(await connection.ReceiveAsync(Ct));
        WebSocketCloseResult result = await connection.Completion.WaitAsync(Ct);
        Assert.Equal((WebSocketCloseInitiator.Remote, true, null), (result.Initiator, result.IsClean, result.Status));
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Servers))]
    public async Task An_abort_of_the_server_is_no_clean_close(string peer, string scheme)
    {
        await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/abort");
        await connection.SendAsync("now", Ct);
        WebSocketClosedException closed = await Assert.ThrowsAsync<WebSocketClosedException>(async () => await connection.ReceiveAsync(Ct));
        Assert.Equal((WebSocketCloseInitiator.Remote, false, null), (closed.Result.Initiator, closed.Result.IsClean, closed.Result.Status));
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Servers))]
    public async Task An_abort_of_ours_is_seen_and_leaves_the_server_serving(string peer, string scheme)
    {
        string id = $"?{Guid.NewGuid():N}";
        await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/watched" + id);
        connection.Abort();
        Assert.False((await connection.Completion.WaitAsync(Ct)).IsClean);

        await using WebSocketConnection witness = await ConnectAsync(peer, scheme, "/ending" + id);
        await AssertNextAsync(witness, WebSocketMessageType.Text, "1006 "u8.ToArray());
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Servers))]
    public async Task A_subprotocol_is_agreed_on(string peer, string scheme)
    {
        await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/subprotocol", Options with { Subprotocols = ["chat.v9", "chat.v1"] });
        Assert.Equal("chat.v1", connection.Subprotocol);
        await AssertCleanCloseAsync(connection);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Servers))]
    public async Task A_rejection_has_its_status_headers_and_body(string peer, string scheme)
    {
        WebSocketHandshakeException refused = await Assert.ThrowsAsync<WebSocketHandshakeException>(() => ConnectAsync(peer, scheme, "/private"));
        Assert.Equal((401, "who are you?"), (refused.Status, Encoding.UTF8.GetString(refused.Body.Span)));
        Assert.Contains(refused.Headers, static header => header is { Key: "WWW-Authenticate", Value: "Basic" });
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Servers))]
    public async Task The_server_sees_the_request_as_it_was_asked_for(string peer, string scheme)
    {
        CookieContainer cookies = new();
        cookies.Add(new Cookie("session", "42", "/", "localhost"));
        await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/request?a=%20b&c=1", Options with
        {
            Cookies = cookies,
            Credentials = WebSocketCredentials.Basic("Aladdin", "open sesame"),
            Origin = "https://app.example",
            Headers = [new("X-Own", "one, two")],
        });

        WebSocketMessage message = (await connection.ReceiveAsync(Ct))!.Value;
        JsonNode seen = JsonNode.Parse(message.Text)!;
        Uri server = await servers.FindAsync(peer, scheme);
        Assert.Equal(
            ["/request?a=%20b&c=1", server.Authority, "session=42", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "https://app.example", "one, two"],
            new[] { "target", "host", "cookie", "authorization", "origin", "x-own" }.Select(name => seen[name]?.GetValue<string>()));
        await AssertCleanCloseAsync(connection);
    }

    private static async Task AssertNextAsync(WebSocketConnection connection, WebSocketMessageType type, byte[] payload)
    {
        WebSocketMessage? message = await connection.ReceiveAsync(Ct);
        Assert.Equal(type, message?.Type);
        Assert.True(payload.AsSpan().SequenceEqual(message!.Value.Payload.Span), $"{message.Value.Payload.Length} bytes came, or other ones");
    }

    private static async Task AssertCleanCloseAsync(WebSocketConnection connection)
    {
        WebSocketCloseResult result = await connection.CloseAsync(ct: Ct);
        Assert.Equal((WebSocketCloseInitiator.Local, true, (WebSocketCloseStatus?)WebSocketCloseStatus.NormalClosure), (result.Initiator, result.IsClean, result.Status));
    }

    private async Task<WebSocketConnection> ConnectAsync(string peer, string scheme, string path, WebSocketClientOptions? options = null) =>
        await WebSocketClient.ConnectAsync(new Uri(await servers.FindAsync(peer, scheme), path), options ?? Options, Ct);
}
