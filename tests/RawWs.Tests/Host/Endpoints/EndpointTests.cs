using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace RawWs.Tests.Host.Endpoints;

public sealed class EndpointTests(SampleServer server) : IClassFixture<SampleServer>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Echo_answers_text_with_text_and_binary_with_binary()
    {
        using SampleClient client = await server.ConnectAsync("/echo");
        await client.SendAsync("\u00E4\u4E16");
        Assert.Equal("\u00E4\u4E16", await client.ReceiveTextAsync());
        await client.SendAsync([0xFF, 0x00]);
        (WebSocketMessageType type, byte[] payload) = await client.ReceiveAsync();
        Assert.Equal((WebSocketMessageType.Binary, "FF00"), (type, Convert.ToHexString(payload)));
    }

    [Fact]
    public async Task Upper_knows_more_than_ASCII()
    {
        using SampleClient client = await server.ConnectAsync("/upper");
        await client.SendAsync("gr\u00FC\u00DFe \u03B1\u0436");
        Assert.Equal("GR\u00DC\u00DFE \u0391\u0416", await client.ReceiveTextAsync());
    }

    [Fact]
    public async Task Upper_refuses_binary_with_1003()
    {
        using SampleClient client = await server.ConnectAsync("/upper");
        await client.SendAsync([1]);
        Assert.Equal((1003, "/upper takes text only"), await client.ReceiveCloseAsync());
    }

    [Fact]
    public async Task Chat_tells_everyone_in_the_room_of_joins_messages_and_leaves()
    {
        using SampleClient ann = await server.ConnectAsync("/chat/tea%20room?name=Ann");
        Assert.Equal("""{"type":"join","from":"Ann","count":1}""", await ann.ReceiveTextAsync());
        using (SampleClient bob = await server.ConnectAsync("/chat/tea%20room?x=1&name=Bob+%26+co"))
        {
            Assert.Equal(("join", "Bob & co", 2), await EventAsync(ann));
            Assert.Equal(("join", "Bob & co", 2), await EventAsync(bob));
            await bob.SendAsync("hi \u00E4");
            using JsonDocument message = JsonDocument.Parse(await ann.ReceiveTextAsync());
            Assert.Equal("hi \u00E4", message.RootElement.GetProperty("text").GetString());
            Assert.Equal(("message", "Bob & co", 2), await EventAsync(bob));
            await bob.CloseAsync();
        }

        Assert.Equal(("leave", "Bob & co", 1), await EventAsync(ann));
    }

    [Fact]
    public async Task Chat_rooms_do_not_hear_each_other_and_everyone_has_a_name()
    {
        using SampleClient one = await server.ConnectAsync("/chat/one");
        using SampleClient two = await server.ConnectAsync("/chat/two?name=");
        await EventAsync(one);
        Assert.StartsWith("guest-", (await EventAsync(two)).From, StringComparison.Ordinal);
        await two.SendAsync("only here");
        await one.SendAsync("only there");
        using JsonDocument message = JsonDocument.Parse(await one.ReceiveTextAsync());
        Assert.Equal("only there", message.RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Ticker_pushes_prices_and_answers_them_to_a_plain_GET()
    {
        using SampleClient client = await server.ConnectAsync("/ticker");
        string first = await client.ReceiveTextAsync();
        Assert.NotEqual(first, await client.ReceiveTextAsync());
        using JsonDocument pushed = JsonDocument.Parse(first);
        using JsonDocument polled = JsonDocument.Parse(await server.Http.GetStringAsync("/ticker", Ct));
        Assert.Equal(pushed.RootElement.GetProperty("prices").GetArrayLength(), polled.RootElement.GetProperty("prices").GetArrayLength());
    }

    [Fact]
    public async Task Game_welcomes_a_player_and_moves_it_by_its_keys()
    {
        using SampleClient client = await server.ConnectAsync("/game");
        byte[] welcome = (await client.ReceiveAsync()).Payload;
        Assert.Equal(1, welcome[0]);
        (int x, int y) = await PlaceAsync(client);
        await client.SendAsync([4 | 1]); // left and up
        (int X, int Y) place;
        do
            place = await PlaceAsync(client);
        while (place.X >= x && place.Y >= y);
        Assert.True(place.X < x && place.Y < y);
    }

    [Fact]
    public async Task Game_refuses_what_is_no_move()
    {
        using SampleClient client = await server.ConnectAsync("/game");
        await client.SendAsync("left");
        Assert.Equal(1003, (await client.ReceiveCloseAsync()).Status);
    }

    [Fact]
    public async Task Notify_pushes_the_body_of_a_POST_to_all_subscribers()
    {
        using SampleClient one = await server.ConnectAsync("/notify");
        using SampleClient two = await server.ConnectAsync("/notify");
        string delivered;
        do // a handler begins after its client has the 101
        {
            using HttpResponseMessage reply = await server.Http.PostAsync("/notify", new StringContent("deploy \u2713"), Ct);
            delivered = await reply.Content.ReadAsStringAsync(Ct);
        }
        while (delivered is """{"delivered":0}""" or """{"delivered":1}""");
        Assert.Equal("""{"delivered":2}""", delivered);
        Assert.Equal("deploy \u2713", await one.ReceiveTextAsync());
        Assert.Equal("deploy \u2713", await two.ReceiveTextAsync());
    }

    [Fact]
    public async Task Notify_refuses_a_body_that_is_no_text()
    {
        using HttpResponseMessage reply = await server.Http.PostAsync("/notify", new ByteArrayContent([0xC3, 0x28]), Ct);
        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
    }

    [Fact]
    public async Task Upload_answers_with_size_and_hash_of_a_message_beyond_the_limit_of_the_other_routes()
    {
        using SampleClient client = await server.ConnectAsync("/upload");
        byte[] large = new byte[3 * 1024 * 1024];
        new Random(7).NextBytes(large);
        foreach (byte[] payload in new[] { large, [] })
        {
            await client.SendAsync(payload);
            using JsonDocument answer = JsonDocument.Parse(await client.ReceiveTextAsync());
            Assert.Equal(payload.Length, answer.RootElement.GetProperty("bytes").GetInt64());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(payload)), answer.RootElement.GetProperty("sha256").GetString());
        }
    }

    [Fact]
    public async Task Broadcast_reaches_everyone_the_sender_included()
    {
        using SampleClient one = await JoinBroadcastAsync();
        using SampleClient two = await JoinBroadcastAsync();
        Assert.Equal("joined", await one.ReceiveTextAsync());
        await one.SendAsync("to all");
        Assert.Equal("to all", await one.ReceiveTextAsync());
        Assert.Equal("to all", await two.ReceiveTextAsync());
        await two.SendAsync([1, 2]);
        Assert.Equal([1, 2], (await one.ReceiveAsync()).Payload);
        Assert.Equal([1, 2], (await two.ReceiveAsync()).Payload);
    }

    [Fact]
    public async Task Whoever_left_a_broadcast_does_not_disturb_it()
    {
        using (SampleClient closing = await JoinBroadcastAsync())
            await closing.CloseAsync();
        (await JoinBroadcastAsync()).Dispose();
        using SampleClient one = await JoinBroadcastAsync();
        await one.SendAsync("still here");
        Assert.Equal("still here", await one.ReceiveTextAsync());
    }

    [Fact]
    public async Task A_member_that_does_not_read_holds_up_nobody()
    {
        using SampleClient slow = await JoinBroadcastAsync();
        using SampleClient one = await JoinBroadcastAsync();
        byte[] message = new byte[256 * 1024];
        for (int i = 0; i < 100; i++) // 25 MB: far more than any socket buffers
        {
            message[0] = (byte)i;
            await one.SendAsync(message);
            Assert.Equal((byte)i, (await one.ReceiveAsync()).Payload[0]);
        }
    }

    [Theory]
    [InlineData("close", 1000, "")]
    [InlineData("close 4001", 4001, "")]
    [InlineData("close 4001 because I asked", 4001, "because I asked")]
    public async Task Control_closes_with_the_code_and_reason_that_were_asked_for(string command, int status, string reason)
    {
        using SampleClient client = await server.ConnectAsync("/control");
        await client.SendAsync(command);
        Assert.Equal((status, reason), await client.ReceiveCloseAsync());
    }

    [Theory]
    [InlineData("close 1005")]
    [InlineData("close 99999999999")]
    [InlineData("close x")]
    public async Task Control_answers_why_it_does_not_close_with_an_illegal_code(string command)
    {
        using SampleClient client = await server.ConnectAsync("/control");
        await client.SendAsync(command);
        Assert.StartsWith("Not closed: ", await client.ReceiveTextAsync(), StringComparison.Ordinal);
        await client.SendAsync("help");
        Assert.StartsWith("Commands: ", await client.ReceiveTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Control_fails_on_demand_with_1011()
    {
        using SampleClient client = await server.ConnectAsync("/control");
        await client.SendAsync("error");
        Assert.Equal(1011, (await client.ReceiveCloseAsync()).Status);
    }

    [Fact]
    public async Task Control_breaks_off_on_demand()
    {
        using SampleClient client = await server.ConnectAsync("/control");
        await client.SendAsync("abort");
        await Assert.ThrowsAsync<WebSocketException>(client.ReceiveAsync);
    }

    [Fact]
    public async Task The_health_check_says_ok() => Assert.Equal("ok", await server.Http.GetStringAsync("/healthz", Ct));

    /// <summary>Where the first player of the next world is.</summary>
    private static async Task<(int X, int Y)> PlaceAsync(SampleClient client)
    {
        byte[] world = (await client.ReceiveAsync()).Payload;
        Assert.Equal(2, world[0]);
        return (BitConverter.ToUInt16(world, 12), BitConverter.ToUInt16(world, 14));
    }

    /// <summary>A client that is surely a member: it has heard itself.</summary>
    private async Task<SampleClient> JoinBroadcastAsync()
    {
        SampleClient client = await server.ConnectAsync("/broadcast");
        await client.SendAsync("joined");
        Assert.Equal("joined", await client.ReceiveTextAsync());
        return client;
    }

    private static async Task<(string? Type, string? From, int Count)> EventAsync(SampleClient client)
    {
        using JsonDocument json = JsonDocument.Parse(await client.ReceiveTextAsync());
        return (json.RootElement.GetProperty("type").GetString(), json.RootElement.GetProperty("from").GetString(), json.RootElement.GetProperty("count").GetInt32());
    }
}
