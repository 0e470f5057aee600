using System.Net.WebSockets;
using RawWs.Tests.Connection;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Api;

public sealed class WebSocketPairTests
{
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_handler_is_tested_without_a_socket()
    {
        (WebSocketConnection server, WebSocketConnection client) = WebSocketPair.Create();
        Task handler = TestServer.EchoAsync(server);
        await client.SendAsync("hello");
        Assert.Equal("hello", (await Within(client.ReceiveAsync()))!.Value.Text);
        WebSocketCloseResult result = await Within(client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done"));
        await Within(handler);

        Assert.Equal(new(WebSocketCloseInitiator.Local, IsClean: true, WebSocketCloseStatus.NormalClosure, "done", null), result);
        Assert.Equal(new(WebSocketCloseInitiator.Remote, IsClean: true, WebSocketCloseStatus.NormalClosure, "done", null), await Within(server.Completion));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Both_ends_do_all_that_a_connection_does(bool isServer)
    {
        (WebSocketConnection server, WebSocketConnection client) = WebSocketPair.Create();
        (WebSocketConnection near, WebSocketConnection far) = isServer ? (server, client) : (client, server);
        await near.SendAsync(Wire.Pattern(10_000));
        Assert.Equal(Wire.Pattern(10_000), (await Within(far.ReceiveAsync()))!.Value.ToArray());

        Task large = near.SendAsync(Wire.Pattern(900_000)).AsTask();
        Assert.Equal(Wire.Pattern(900_000), (await Within(far.ReceiveAsync()))!.Value.ToArray());
        await Within(large);

        Task streamed = near.SendStreamAsync(new MemoryStream(Wire.Pattern(900_000))).AsTask();
        using MemoryStream received = new();
        await Within((await Within(far.ReceiveStreamAsync()))!.CopyToAsync(received));
        await Within(streamed);
        Assert.Equal(Wire.Pattern(900_000), received.ToArray());

        await near.SendJsonAsync(new Price("RAW", 1), TestJson.Default.Price);
        Assert.Equal(new Price("RAW", 1), await Within(far.ReceiveJsonAsync(TestJson.Default.Price)));
        Assert.True(await Within(near.PingAsync()) >= TimeSpan.Zero);
        await Within(near.DisposeAsync().AsTask());
        Assert.True((await Within(far.Completion)).IsClean);
        Assert.Null(await far.ReceiveAsync());
    }

    [Fact]
    public async Task The_options_hold_for_both_ends()
    {
        (WebSocketConnection server, WebSocketConnection client) = WebSocketPair.Create(new() { MaxMessageBytes = 10 });
        await client.SendAsync(new byte[10]);
        Assert.Equal(10, (await Within(server.ReceiveAsync()))!.Value.Payload.Length);
        await server.SendAsync(new byte[11]);
        WebSocketCloseResult result = await Within(client.Completion);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, result.Status);
        Assert.Equal(WebSocketCloseInitiator.Local, result.Initiator);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, (await Within(server.Completion)).Status);
    }

    [Theory]
    [InlineData(false, false, 15, "permessage-deflate; server_no_context_takeover; client_no_context_takeover")]
    [InlineData(true, true, 15, "permessage-deflate")]
    [InlineData(true, false, 12, "permessage-deflate; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=12")]
    public async Task With_compression_the_ends_agree_as_a_client_and_a_server_would(bool serverTakeover, bool clientTakeover, int windowBits, string agreed)
    {
        CompressionOptions compression = new() { ServerTakeover = serverTakeover, ClientTakeover = clientTakeover, WindowBits = windowBits };
        (WebSocketConnection server, WebSocketConnection client) = WebSocketPair.Create(new() { Compression = compression });
        Assert.Equal((agreed, agreed), (server.Extensions, client.Extensions));
        Assert.NotNull(server.Request.Headers["Sec-WebSocket-Extensions"]);
        await client.SendAsync("hello");
        Assert.Equal("hello", (await Within(server.ReceiveAsync()))!.Value.Text);
        Task closing = client.CloseAsync();
        Assert.Null(await Within(server.ReceiveAsync()));
        await Within(closing);
    }

    [Fact]
    public void Without_compression_nothing_is_agreed_on()
    {
        (WebSocketConnection server, WebSocketConnection client) = WebSocketPair.Create();
        Assert.Equal((null, null), (server.Extensions, client.Extensions));
        Assert.Null(server.Request.Headers["Sec-WebSocket-Extensions"]);
    }

    [Fact]
    public async Task The_clock_of_the_test_is_the_clock_of_all_deadlines()
    {
        ManualClock clock = new();
        (WebSocketConnection server, WebSocketConnection client) = WebSocketPair.Create(new() { IdleTimeout = TimeSpan.FromHours(1), KeepAliveInterval = TimeSpan.Zero }, clock);
        clock.Advance(TimeSpan.FromHours(1));
        WebSocketCloseResult one = await Within(server.Completion);
        WebSocketCloseResult other = await Within(client.Completion);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, one.Status);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, other.Status);
        Assert.True(one.IsClean && other.IsClean);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_abort_of_one_end_is_seen_at_the_other(bool isServer)
    {
        (WebSocketConnection server, WebSocketConnection client) = WebSocketPair.Create();
        (WebSocketConnection near, WebSocketConnection far) = isServer ? (server, client) : (client, server);
        near.Abort();
        Assert.Equal(WebSocketCloseInitiator.Local, (await Within(near.Completion)).Initiator);
        WebSocketCloseResult result = await Within(far.Completion);
        Assert.Equal(WebSocketCloseInitiator.Remote, result.Initiator);
        Assert.False(result.IsClean);
    }

    [Fact]
    public async Task Both_ends_may_close_at_once()
    {
        for (int i = 0; i < 50; i++)
        {
            (WebSocketConnection server, WebSocketConnection client) = WebSocketPair.Create();
            Task<WebSocketCloseResult> one = Task.Run(() => server.CloseAsync((WebSocketCloseStatus)4001));
            Task<WebSocketCloseResult> other = Task.Run(() => client.CloseAsync((WebSocketCloseStatus)4002));
            Assert.True((await Within(one)).IsClean);
            Assert.True((await Within(other)).IsClean);
        }
    }

    private static Task Within(Task task) => task.WaitAsync(SafetyNet);

    private static Task<T> Within<T>(Task<T> task) => task.WaitAsync(SafetyNet);

    private static Task<T> Within<T>(ValueTask<T> task) => task.AsTask().WaitAsync(SafetyNet);
}
