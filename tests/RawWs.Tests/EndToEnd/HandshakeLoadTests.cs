using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>Handshakes that are refused for the server's state and not for what they say: too slow, too many, too late.</summary>
public sealed class HandshakeLoadTests
{
    [Theory]
    [InlineData("G")]
    [InlineData("GET /echo HTTP/1.1\r\n")]
    [InlineData("GET /echo HTTP/1.1\r\nHost: localhost\r\nX: y\r\n")]
    public async Task Slow_request_is_answered_with_408(string beginning)
    {
        await using TestServer server = await TestServer.StartAsync(options: new() { HandshakeTimeout = TimeSpan.FromSeconds(1) });
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);

        await peer.SendAsync(beginning);

        await AssertRefusedAsync(peer, 408);
    }

    [Fact]
    public async Task Slow_body_is_answered_with_408()
    {
        await using TestServer server = await TestServer.StartAsync(
            s => s.MapHttp("POST", "/post", _ => HttpReply.Text("")), new() { HandshakeTimeout = TimeSpan.FromSeconds(1) });
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);

        await peer.SendAsync($"POST /post HTTP/1.1\r\nHost: {peer.Host}\r\nContent-Length: 10\r\n\r\nhalf");

        await AssertRefusedAsync(peer, 408);
    }

    [Fact]
    public async Task Silent_peer_is_let_go_at_the_handshake_deadline()
    {
        await using TestServer server = await TestServer.StartAsync(options: new() { HandshakeTimeout = TimeSpan.FromSeconds(1) });
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);

        await peer.WaitForEndAsync();
    }

    [Fact]
    public async Task Connection_beyond_the_limit_is_answered_with_503_until_one_ends()
    {
        await using TestServer server = await TestServer.StartAsync(options: new() { MaxConnections = 2 });
        await AssertThirdIsRefusedAsync(server);
    }

    [Fact]
    public async Task Connection_beyond_the_limit_of_an_address_is_answered_with_503_until_one_ends()
    {
        await using TestServer server = await TestServer.StartAsync(options: new() { MaxConnectionsPerAddress = 2 });
        await AssertThirdIsRefusedAsync(server);
    }

    [Fact]
    public async Task Handshake_while_the_server_stops_is_answered_with_503()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RawPeer open = await RawPeer.OpenAsync(server.Endpoint);
        await using RawPeer late = await RawPeer.ConnectAsync(server.Endpoint);
        await late.SendAsync("GET /echo HTTP/1.1\r\n");
        await using RawPeer probe = await RawPeer.OpenAsync(server.Endpoint); // accepted after the late one, so that one is in hand

        Task stop = server.Server.StopAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(1001, (await open.ReadFrameAsync()).CloseCode);
        await late.SendAsync($"Host: {late.Host}\r\n\r\n");

        await AssertRefusedAsync(late, 503, "Retry-After");
        foreach (RawPeer peer in (RawPeer[])[open, probe, late])
            await peer.DisposeAsync();
        await stop;
    }

    /// <summary>A server that closed with bytes unread would send a reset, and the peer might lose the answer.</summary>
    [Fact]
    public async Task Refusal_reaches_a_peer_that_is_still_sending()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);

        await peer.SendAsync($"GET /unknown HTTP/1.1\r\nHost: {peer.Host}\r\n\r\n" + new string('x', 1024 * 1024));

        await AssertRefusedAsync(peer, 404);
        peer.HalfClose();
        await server.WaitForConnectionsAsync(0);
        Assert.False(peer.WasReset);
    }

    private static async Task AssertThirdIsRefusedAsync(TestServer server)
    {
        await using RawPeer first = await RawPeer.OpenAsync(server.Endpoint);
        await using (RawPeer second = await RawPeer.OpenAsync(server.Endpoint))
        {
            await using RawPeer third = await RawPeer.ConnectAsync(server.Endpoint);
            await third.SendAsync($"GET /echo HTTP/1.1\r\nHost: {third.Host}\r\n\r\n");
            await AssertRefusedAsync(third, 503, "Retry-After");

            await second.SendAsync(new RawFrame(RawFrame.Close, RawFrame.ClosePayload(1000, default)));
            Assert.Equal(1000, (await second.ReadFrameAsync()).CloseCode);
            Assert.Empty(await second.ReadToEndAsync());
        }

        await server.WaitForConnectionsAsync(1);
        await using RawPeer fourth = await RawPeer.OpenAsync(server.Endpoint);
    }

    private static async Task AssertRefusedAsync(RawPeer peer, int status, string? header = null)
    {
        RawResponse response = await peer.ReadResponseAsync();
        Assert.Equal(status, response.Status);
        Assert.NotNull(response["Content-Length"]);
        Assert.Contains("close", response.Tokens("Connection"));
        if (header is not null)
            Assert.NotNull(response[header]);
        Assert.Empty(await peer.ReadToEndAsync());
    }
}
