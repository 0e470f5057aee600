using System.Net.WebSockets;
using Xunit;

namespace RawWs.Tests.Api;

public sealed class WebSocketCloseResultTests
{
    [Theory]
    [InlineData(WebSocketCloseInitiator.Local, true, 1000, "", "closed by this side, clean, 1000")]
    [InlineData(WebSocketCloseInitiator.Remote, true, 4000, "bye", "closed by the peer, clean, 4000: bye")]
    [InlineData(WebSocketCloseInitiator.Remote, false, null, "reset", "closed by the peer, not clean, no code: reset")]
    public void It_says_in_one_sentence_how_a_connection_ended(WebSocketCloseInitiator initiator, bool isClean, int? status, string reason, string sentence) =>
        Assert.Equal(sentence, new WebSocketCloseResult(initiator, isClean, (WebSocketCloseStatus?)status, reason, null).ToString());
}
