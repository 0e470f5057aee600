using System.Net.WebSockets;
using RawWs.Host.Endpoints;
using Xunit;

namespace RawWs.Tests.Host.Endpoints;

public sealed class AudienceTests
{
    private static readonly byte[] Payload = "news"u8.ToArray();

    private readonly Audience _audience = new();

    [Fact]
    public async Task Every_member_gets_the_message_and_is_counted()
    {
        (WebSocketConnection first, WebSocketConnection one) = WebSocketPair.Create();
        (WebSocketConnection second, WebSocketConnection two) = WebSocketPair.Create();
        _audience.Add(first);
        _audience.Add(second);
        Assert.Equal(2, _audience.Send(Payload, WebSocketMessageType.Text));
        Assert.Equal("news", (await one.ReceiveAsync(TestContext.Current.CancellationToken))?.Text);
        Assert.Equal("news", (await two.ReceiveAsync(TestContext.Current.CancellationToken))?.Text);
    }

    [Fact]
    public void Whoever_was_removed_gets_nothing()
    {
        (WebSocketConnection first, _) = WebSocketPair.Create();
        _audience.Add(first);
        _audience.Remove(first);
        Assert.Equal(0, _audience.Count);
        Assert.Equal(0, _audience.Send(Payload, WebSocketMessageType.Text));
    }

    [Fact]
    public void A_member_whose_connection_is_over_is_neither_sent_to_nor_counted()
    {
        (WebSocketConnection first, _) = WebSocketPair.Create();
        _audience.Add(first);
        first.Abort();
        Assert.Equal(0, _audience.Send(Payload, WebSocketMessageType.Text));
    }
}
