using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

public sealed class UnwritableReplyTests
{
    [Theory]
    [InlineData("X-Bad", "a\r\nInjected: 1")]
    [InlineData("X Bad", "a")]
    [InlineData("Content-Length", "3")]
    public async Task Reply_with_an_illegal_header_field_becomes_500(string name, string value)
    {
        await using TestServer server = await TestServer.StartAsync(s =>
            s.MapHttp("/bad", _ => new HttpReply(200) { Headers = [new(name, value)] }));

        RawResponse response = await AskAsync(server, "GET /bad HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.Equal(500, response.Status);
    }

    [Fact]
    public async Task Rejection_of_a_hook_with_an_illegal_header_field_becomes_500()
    {
        await using TestServer server = await TestServer.StartAsync(s => s.Map("/bad", TestServer.EchoAsync, options => options with
        {
            OnUpgrade = (_, _) => ValueTask.FromResult(UpgradeDecision.Reject(new HttpReply(403) { Headers = [new("X-Bad", "a\nb")] })),
        }));

        RawResponse response = await AskAsync(server,
            $"GET /bad HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {RawPeer.Key}\r\n\r\n");

        Assert.Equal(500, response.Status);
    }

    private static async Task<RawResponse> AskAsync(TestServer server, string request)
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        await peer.SendAsync(request);
        return await peer.ReadResponseAsync();
    }
}
