using System.Net.WebSockets;
using Xunit;

namespace RawWs.Tests.Api;

public sealed class WebSocketMessageTests
{
    [Fact]
    public void A_text_is_decoded()
    {
        WebSocketMessage message = new("h\u00e9"u8.ToArray(), WebSocketMessageType.Text);
        Assert.True(message.IsText);
        Assert.Equal("h\u00e9", message.Text);
    }

    [Fact]
    public void A_copy_stays_when_the_memory_is_used_again()
    {
        byte[] memory = [1, 2, 3];
        WebSocketMessage message = new(memory, WebSocketMessageType.Binary);
        byte[] copy = message.ToArray();
        Array.Clear(memory);
        Assert.False(message.IsText);
        Assert.Equal([1, 2, 3], copy);
    }

    [Fact]
    public void A_log_line_has_no_content()
    {
        WebSocketMessage message = new("secret"u8.ToArray(), WebSocketMessageType.Text);
        Assert.Equal("Text message of 6 bytes", message.ToString());
    }
}
