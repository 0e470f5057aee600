using System.Net.WebSockets;
using RawWs.Tests.Conformance;
using Xunit;

namespace RawWs.Tests.Api;

/// <summary>Messages that stand alone borrow their contexts from a pool of the process: a context is never two connections' at once.</summary>
public sealed class BorrowedContextTests
{
    private const int Pairs = 16;
    private const int Messages = 300;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(100)]
    [InlineData(3000)]
    public async Task Connections_at_work_at_once_are_not_mixed_up(int length) =>
        await Task.WhenAll(Enumerable.Range(0, Pairs).Select(pair => Task.Run(() => ConverseAsync(pair, length))));

    private static async Task ConverseAsync(int pair, int length)
    {
        (WebSocketConnection server, WebSocketConnection client) = WebSocketPair.Create(new() { Compression = new() });
        await using (server)
        await using (client)
        {
            Task echoing = Support.TestServer.EchoAsync(server);
            for (int i = 0; i < Messages; i++)
            {
                byte[] message = CompressionData.Json.Cut(pair * 10_000 + i, length);
                await client.SendAsync(message, WebSocketMessageType.Binary, new() { Compress = MessageCompression.Always }, Ct);
                WebSocketMessage? echo = await client.ReceiveAsync(Ct);
                Assert.True(message.AsSpan().SequenceEqual(echo!.Value.Payload.Span), $"pair {pair}, message {i}: other bytes came back");
            }

            Assert.True(client.Compression!.Value.SentCompressedBytes > 0);
            await client.CloseAsync(ct: Ct);
            await echoing;
        }
    }
}
