using RawWs.Client;
using RawWs.Connection;
using RawWs.Protocol.Compression;
using RawWs.Protocol.Handshake;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Client;

/// <summary>A client offers takeover only while it has room for an inflater, and gives the room back when the server does without.</summary>
public sealed class CompressionOfferTests
{
    private static readonly CompressionOptions Takeover = new() { ServerTakeover = true };
    private static readonly DeflateParameters WithTakeover = new(ServerNoContextTakeover: false, ClientNoContextTakeover: true);
    private static readonly DeflateParameters Without = new(ServerNoContextTakeover: true, ClientNoContextTakeover: true);

    private readonly KeptContexts _contexts = new(TimeProvider.System) { Max = 2 };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Takeover_is_offered_where_there_is_room_and_no_longer()
    {
        using (CompressionOffer first = new(Takeover, _contexts))
        {
            Assert.False(first.Deflate.ServerNoContextTakeover);
            using (CompressionOffer second = new(Takeover, _contexts))
                Assert.True(second.Deflate.ServerNoContextTakeover);
            Assert.Equal(1, _contexts.Count);
        }
        Assert.Equal(0, _contexts.Count);
    }

    [Fact]
    public void Without_takeover_no_room_is_taken()
    {
        using CompressionOffer offer = new(new() { ClientTakeover = true }, _contexts);
        Assert.Equal(0, _contexts.Count);
    }

    [Fact]
    public void Room_that_the_connection_uses_is_the_connections()
    {
        PerMessageDeflate deflate;
        using (CompressionOffer offer = new(Takeover, _contexts))
            deflate = offer.Take(WithTakeover);
        Assert.Equal(1, _contexts.Count);
        deflate.Dispose();
        Assert.Equal(0, _contexts.Count);
    }

    [Fact]
    public void Room_that_the_connection_does_not_use_is_given_back_with_the_offer()
    {
        PerMessageDeflate deflate;
        using (CompressionOffer offer = new(Takeover, _contexts))
            deflate = offer.Take(Without);
        Assert.Equal(0, _contexts.Count);
        deflate.Dispose();
        Assert.Equal(0, _contexts.Count);
    }

    [Theory]
    [InlineData("permessage-deflate", 1)]
    [InlineData("permessage-deflate; server_no_context_takeover", 0)]
    [InlineData(null, 0)]
    public async Task A_connection_keeps_the_room_that_the_answer_needs_until_it_is_over(string? answer, int kept)
    {
        await using ScriptedServer server = Accepting(answer);
        WebSocketConnection connection = await ConnectAsync(server);
        Assert.Equal(answer, connection.Extensions);
        Assert.Equal(kept, _contexts.Count);
        await connection.DisposeAsync();
        await server.FinishAsync();
        await WaitUntilFreeAsync();
    }

    [Theory]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: wrong\r\n\r\n")]
    [InlineData("{accepting}Sec-WebSocket-Extensions: permessage-deflate; unknown\r\n")]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("")]
    public async Task An_attempt_that_fails_gives_the_room_back(string answer)
    {
        await using ScriptedServer server = ScriptedServer.Start(async client =>
        {
            RawRequest request = await client.ReadRequestAsync();
            Assert.Equal("permessage-deflate; client_no_context_takeover; client_max_window_bits", request["Sec-WebSocket-Extensions"]);
            const string accepting = "{accepting}";
            await client.SendAsync(answer.StartsWith(accepting, StringComparison.Ordinal) ? ScriptedServer.Accepting(request, answer[accepting.Length..]) : answer);
            client.HalfClose();
        });
        Assert.True(await Record.ExceptionAsync(() => ConnectAsync(server)) is IOException or WebSocketHandshakeException);
        Assert.Equal(0, _contexts.Count);
    }

    [Fact]
    public async Task An_attempt_that_is_given_up_gives_the_room_back()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedServer server = ScriptedServer.Start(async client =>
        {
            await client.ReadRequestAsync();
            asked.SetResult();
        });
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task connecting = ConnectAsync(server, ct: over.Token);
        await asked.Task.WaitAsync(Ct);
        Assert.Equal(1, _contexts.Count);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.Equal(0, _contexts.Count);
    }

    [Fact]
    public async Task A_redirect_gives_the_room_back_before_the_next_attempt_takes_it()
    {
        List<string?> offers = [];
        await using ScriptedServer server = ScriptedServer.Start(async client =>
        {
            RawRequest request = await client.ReadRequestAsync();
            offers.Add(request["Sec-WebSocket-Extensions"]);
            if (offers.Count < 4)
                await client.SendAsync($"HTTP/1.1 302 Found\r\nLocation: /{offers.Count}\r\nContent-Length: 0\r\n\r\n");
            else
                await AcceptAsync(client, request, "permessage-deflate");
        });
        WebSocketConnection connection = await ConnectAsync(server, maxRedirects: 3);
        Assert.Equal(Enumerable.Repeat("permessage-deflate; client_no_context_takeover; client_max_window_bits", 4), offers);
        Assert.Equal(1, _contexts.Count);
        await connection.DisposeAsync();
        await WaitUntilFreeAsync();
    }

    [Fact]
    public async Task Without_room_a_client_asks_for_no_takeover()
    {
        Assert.True(_contexts.TryPin());
        await using ScriptedServer server = Accepting("permessage-deflate; server_no_context_takeover");
        await using (WebSocketConnection connection = await ConnectAsync(server))
            Assert.Equal("permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits", connection.Request.Headers["Sec-WebSocket-Extensions"]);
        Assert.Equal(1, _contexts.Count);
    }

    private static ScriptedServer Accepting(string? extensions) =>
        ScriptedServer.Start(async client => await AcceptAsync(client, await client.ReadRequestAsync(), extensions));

    /// <summary>Opens, and answers the client's close.</summary>
    private static async Task AcceptAsync(RawPeer client, RawRequest request, string? extensions)
    {
        await client.SendAsync(ScriptedServer.Accepting(request, extensions is null ? "" : $"Sec-WebSocket-Extensions: {extensions}\r\n"));
        await client.SendAsync(await client.ReadFrameAsync());
        client.HalfClose();
    }

    private Task<WebSocketConnection> ConnectAsync(ScriptedServer server, int maxRedirects = 0, CancellationToken? ct = null) =>
        new Opening(new() { Proxy = WebSocketProxy.None, Compression = Takeover, MaxRedirects = maxRedirects }) { Contexts = _contexts }
            .ConnectAsync(WebSocketUri.Parse(server.Endpoint), ct ?? Ct);

    /// <summary>What a connection keeps is given back when nothing uses it any more, which may be after it is over.</summary>
    private async Task WaitUntilFreeAsync()
    {
        using CancellationTokenSource safetyNet = new(TimeSpan.FromSeconds(60));
        while (_contexts.Count != 0)
        {
            safetyNet.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
