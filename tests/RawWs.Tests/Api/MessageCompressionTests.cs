using System.Net.WebSockets;
using Xunit;

namespace RawWs.Tests.Api;

public sealed class MessageCompressionTests
{
    private const int Threshold = 100;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<MessageCompression, int, bool> Choices => new()
    {
        { MessageCompression.Auto, Threshold - 1, false },
        { MessageCompression.Auto, Threshold, true },
        { MessageCompression.Never, Threshold, false },
        { MessageCompression.Never, 100_000, false },
        { MessageCompression.Always, Threshold - 1, true },
        { MessageCompression.Always, 20, true },
    };

    [Theory]
    [MemberData(nameof(Choices))]
    public async Task A_message_is_compressed_by_its_size_unless_its_sender_says_otherwise(MessageCompression choice, int length, bool isCompressed)
    {
        SendOptions options = new() { Compress = choice };
        string text = new('a', length);
        byte[] bytes = new byte[length];
        Func<WebSocketConnection, ValueTask>[] ways =
        [
            connection => connection.SendAsync(text, options, Ct),
            connection => connection.SendAsync(bytes, WebSocketMessageType.Binary, options, Ct),
            connection => connection.SendStreamAsync(new MemoryStream(bytes), WebSocketMessageType.Binary, options, Ct),
        ];
        foreach (Func<WebSocketConnection, ValueTask> send in ways)
        {
            (WebSocketConnection server, WebSocketConnection client) = Pair();
            await using (server)
            await using (client)
            {
                await send(server);
                WebSocketMessage? message = await client.ReceiveAsync(Ct);
                Assert.Equal(length, message?.Payload.Length);
                Assert.Equal(isCompressed ? length : 0, server.Compression?.SentBytes);
                Assert.Equal(isCompressed ? length : 0, client.Compression?.ReceivedBytes);
            }
        }
    }

    [Fact]
    public async Task What_would_not_shrink_goes_plain_even_when_it_is_to_be_compressed_always()
    {
        (WebSocketConnection server, WebSocketConnection client) = Pair();
        await using (server)
        await using (client)
        {
            await server.SendAsync("a", new SendOptions { Compress = MessageCompression.Always }, Ct);
            Assert.Equal("a", (await client.ReceiveAsync(Ct))?.Text);
            Assert.Equal(default(CompressionStatistics), client.Compression);
        }
    }

    private static (WebSocketConnection Server, WebSocketConnection Client) Pair() =>
        WebSocketPair.Create(new WebSocketEndpointOptions { Compression = new() { Threshold = Threshold } });
}
