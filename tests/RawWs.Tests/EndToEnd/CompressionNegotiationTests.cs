using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>What stands in <c>Sec-WebSocket-Extensions</c> on the wire, in both roles (RFC 7692 sections 5 and 7.1).</summary>
public sealed class CompressionNegotiationTests
{
    private const string Neither = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("permessage-deflate; client_max_window_bits", Neither)]
    [InlineData("x, permessage-deflate; x, permessage-deflate; server_max_window_bits=10", Neither + "; server_max_window_bits=10")]
    [InlineData("permessage-deflate; x|permessage-deflate; client_max_window_bits=\"12\"", Neither + "; client_max_window_bits=12")]
    public async Task A_server_answers_with_what_is_agreed_and_its_handler_sees_it(string offers, string answer)
    {
        await using TestServer server = await StartAsync(new());
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        Assert.Equal(answer, (await AskAsync(peer, offers))["Sec-WebSocket-Extensions"]);
        Assert.Equal(answer, await TextAsync(peer));
    }

    [Theory]
    [InlineData("permessage-deflate; unknown")]
    [InlineData("permessage-deflate; server_max_window_bits=8")]
    [InlineData("permessage-deflate; client_max_window_bits=16")]
    [InlineData("x-webkit-deflate-frame, constructor; __proto__")]
    [InlineData(null)]
    public async Task A_declined_offer_opens_a_connection_without_an_extension(string? offers)
    {
        await using TestServer server = await StartAsync(new());
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        Assert.Null((await AskAsync(peer, offers))["Sec-WebSocket-Extensions"]);
        Assert.Equal("none", await TextAsync(peer));
    }

    [Fact]
    public async Task Without_compression_on_the_route_every_offer_is_declined()
    {
        await using TestServer server = await StartAsync(null);
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        Assert.Null((await AskAsync(peer, "permessage-deflate; client_max_window_bits, permessage-deflate"))["Sec-WebSocket-Extensions"]);
        Assert.Equal("none", await TextAsync(peer));
    }

    [Theory]
    [InlineData("permessage-deflate; server_max_window_bits=\"\"")]
    [InlineData("permessage-deflate; server_max_window_bits=")]
    [InlineData("permessage-deflate, x;;y")]
    public async Task A_broken_syntax_is_400_whatever_else_is_offered(string offers)
    {
        await using TestServer server = await StartAsync(new());
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        await peer.SendAsync(Request(peer, offers));
        Assert.Equal(400, (await peer.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task A_hook_cannot_name_extensions()
    {
        await using TestServer server = await TestServer.StartAsync(s => s.Map("/tell", TellAsync, options => options with
        {
            OnUpgrade = static (_, _) => ValueTask.FromResult(UpgradeDecision.Accept(headers: [new("sec-websocket-extensions", "permessage-deflate")])),
        }));
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        await peer.SendAsync(Request(peer, "permessage-deflate"));
        RawResponse response = await peer.ReadResponseAsync();
        Assert.Equal((500, null), (response.Status, response["Sec-WebSocket-Extensions"]));
    }

    public static TheoryData<string?, CompressionOptions?> Offers => new()
    {
        { Neither + "; client_max_window_bits", new() },
        { "permessage-deflate; client_max_window_bits", new() { ServerTakeover = true, ClientTakeover = true } },
        { Neither + "; server_max_window_bits=9; client_max_window_bits=9", new() { WindowBits = 9 } },
        { null, null },
    };

    [Theory]
    [MemberData(nameof(Offers))]
    public async Task A_client_offers_what_its_options_say_and_does_without_when_it_is_declined(string? offer, CompressionOptions? compression)
    {
        await using ScriptedServer server = ScriptedServer.Start(async client =>
        {
            RawRequest request = await client.ReadRequestAsync();
            Assert.Equal(offer, request["Sec-WebSocket-Extensions"]);
            await client.SendAsync(ScriptedServer.Accepting(request));
            await EchoAsync(client);
        });
        await using (WebSocketConnection connection = await ConnectAsync(server.Endpoint, compression))
        {
            Assert.Null(connection.Extensions);
            await connection.SendAsync("hello", Ct);
            Assert.Equal("hello", (await connection.ReceiveAsync(Ct))!.Value.Text);
        }
        await server.FinishAsync();
    }

    [Theory]
    [InlineData(Neither)]
    [InlineData("permessage-deflate; server_no_context_takeover")]
    [InlineData(Neither + "; server_max_window_bits=8; client_max_window_bits=8")]
    public async Task A_client_sees_what_the_server_agreed_to(string answer)
    {
        await using ScriptedServer server = ScriptedServer.Start(async client =>
        {
            await client.SendAsync(ScriptedServer.Accepting(await client.ReadRequestAsync(), $"Sec-WebSocket-Extensions: {answer}\r\n"));
            await EchoAsync(client);
        });
        await using (WebSocketConnection connection = await ConnectAsync(server.Endpoint, new()))
        {
            Assert.Equal(answer, connection.Extensions);
            await connection.SendAsync("hello", Ct);
            Assert.Equal("hello", (await connection.ReceiveAsync(Ct))!.Value.Text);
        }
        await server.FinishAsync();
    }

    /// <summary>A server need not repeat client_no_context_takeover, which only tells it what the client will do (RFC 7692 section 7.1.1.2).</summary>
    [Fact]
    public async Task A_client_without_takeover_sends_messages_that_stand_alone_whatever_the_server_answers()
    {
        string text = string.Concat(Enumerable.Range(0, 1000));
        List<RawFrame> frames = [];
        await using ScriptedServer server = ScriptedServer.Start(async client =>
        {
            await client.SendAsync(ScriptedServer.Accepting(await client.ReadRequestAsync(), "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n"));
            frames.Add(await client.ReadFrameAsync());
            frames.Add(await client.ReadFrameAsync());
            await client.SendAsync(await client.ReadFrameAsync());
            client.HalfClose();
        });
        await using (WebSocketConnection connection = await ConnectAsync(server.Endpoint, new()))
        {
            await connection.SendAsync(text, Ct);
            await connection.SendAsync(text, Ct);
        }
        await server.FinishAsync();
        Assert.All(frames, static frame => Assert.Equal(4, frame.Rsv));
        Assert.Equal(Convert.ToHexString(frames[0].Payload.Span), Convert.ToHexString(frames[1].Payload.Span));
    }

    [Theory]
    [InlineData("x", "6455 section 4.1")]
    [InlineData(Neither + ", x", "6455 section 4.1")]
    [InlineData(Neither + "\r\nSec-WebSocket-Extensions: " + Neither, "7692 section 5")]
    [InlineData("permessage-deflate", "7692 section 7.1.1.1")]
    [InlineData(Neither + "; unknown", "7692 section 7.1")]
    [InlineData(Neither + "; client_max_window_bits", "7692 section 7.1.2.2")]
    [InlineData(Neither + "; server_max_window_bits=16", "7692 section 7.1.2.1")]
    [InlineData(Neither + ";", "6455 section 9.1")]
    [InlineData("", "6455 section 9.1")]
    public async Task A_client_fails_on_an_answer_that_breaks_a_rule(string answer, string section)
    {
        WebSocketHandshakeException error = await BadServer.FailAsync<WebSocketHandshakeException>(
            request => ScriptedServer.Accepting(request, $"Sec-WebSocket-Extensions: {answer}\r\n"), static options => options with { Compression = new() });
        Assert.Equal(101, error.Status);
        BadServer.AssertNames(section, error);
    }

    [Theory]
    [InlineData(false, false, 15, Neither)]
    [InlineData(true, false, 15, "permessage-deflate; client_no_context_takeover")]
    [InlineData(true, true, 10, "permessage-deflate; server_max_window_bits=10; client_max_window_bits=10")]
    public async Task Our_client_and_our_server_agree(bool serverTakeover, bool clientTakeover, int windowBits, string agreed)
    {
        CompressionOptions compression = new() { ServerTakeover = serverTakeover, ClientTakeover = clientTakeover, WindowBits = windowBits };
        await using TestServer server = await StartAsync(compression);
        await using WebSocketConnection connection = await ConnectAsync(new Uri(server.Endpoint, "/tell"), compression);
        Assert.Equal(agreed, connection.Extensions);
        Assert.Equal(agreed, (await connection.ReceiveAsync(Ct))!.Value.Text);
    }

    [Fact]
    public async Task One_side_without_compression_is_enough_to_do_without()
    {
        await using TestServer server = await StartAsync(null);
        await using WebSocketConnection connection = await ConnectAsync(new Uri(server.Endpoint, "/tell"), new());
        Assert.Null(connection.Extensions);
        Assert.Equal("none", (await connection.ReceiveAsync(Ct))!.Value.Text);
    }

    private static Task<TestServer> StartAsync(CompressionOptions? compression) =>
        TestServer.StartAsync(server => server.Map("/tell", TellAsync, options => options with { Compression = compression }));

    /// <summary>What the handler sees as agreed on.</summary>
    private static Task TellAsync(WebSocketConnection connection) => connection.SendAsync(connection.Extensions ?? "none").AsTask();

    private static Task<WebSocketConnection> ConnectAsync(Uri server, CompressionOptions? compression) =>
        WebSocketClient.ConnectAsync(server, new() { Proxy = WebSocketProxy.None, Compression = compression }, Ct);

    private static async Task<RawResponse> AskAsync(RawPeer peer, string? offers)
    {
        await peer.SendAsync(Request(peer, offers));
        RawResponse response = await peer.ReadResponseAsync();
        Assert.Equal(101, response.Status);
        return response;
    }

    /// <summary>Offers on one line or, parted by a bar, on several.</summary>
    private static string Request(RawPeer peer, string? offers) =>
        HandshakeRequest.Upgrade.To("/tell").Plus(offers?.Split('|').Select(static line => $"Sec-WebSocket-Extensions: {line}") ?? []).ToString()
            .Replace("{host}", peer.Host, StringComparison.Ordinal);

    private static async Task<string> TextAsync(RawPeer peer)
    {
        RawFrame frame = await peer.ReadFrameAsync();
        Assert.Equal(0, frame.Rsv);
        return Encoding.ASCII.GetString(frame.Payload.Span);
    }

    /// <summary>Sends one message back, and the close.</summary>
    private static async Task EchoAsync(RawPeer client)
    {
        await client.SendAsync(await client.ReadFrameAsync());
        await client.SendAsync(await client.ReadFrameAsync());
        client.HalfClose();
    }
}
