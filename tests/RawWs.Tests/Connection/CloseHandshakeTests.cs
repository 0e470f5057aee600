using System.Net.WebSockets;
using RawWs.Connection;
using RawWs.Protocol.Framing;
using Xunit;

namespace RawWs.Tests.Connection;

public sealed class CloseHandshakeTests
{
    private const WebSocketCloseInitiator Local = WebSocketCloseInitiator.Local;
    private const WebSocketCloseInitiator Remote = WebSocketCloseInitiator.Remote;

    // what happened, in order: S and R are the close frames sent and received with their codes, L and P failures on this side and the peer's
    [Theory]
    [InlineData("S1000 R1000", Local, true, 1000)]
    [InlineData("R1001 S1001", Remote, true, 1001)]
    [InlineData("S1000 R1001", Local, true, 1000)]
    [InlineData("R1001 S1000", Remote, true, 1001)]
    [InlineData("R S", Remote, true, null)]
    [InlineData("S R1000", Local, true, null)]
    [InlineData("S1000 R1000 L P", Local, true, 1000)]
    [InlineData("R1000 S1000 P", Remote, true, 1000)]
    [InlineData("S1000", Local, false, 1000)]
    [InlineData("R1000", Remote, false, 1000)]
    [InlineData("S1000 P", Local, false, 1000)]
    [InlineData("S1000 P R1000", Local, false, 1000)]
    [InlineData("R1000 P S1000", Remote, false, 1000)]
    [InlineData("P", Remote, false, null)]
    [InlineData("L", Local, false, null)]
    [InlineData("L P", Local, false, null)]
    [InlineData("P L", Remote, false, null)]
    [InlineData("L S1002", Local, false, 1002)]
    [InlineData("S1000 S1001 R1000 R1001", Local, true, 1000)]
    public void The_first_cause_of_the_end_decides(string events, WebSocketCloseInitiator initiator, bool isClean, int? status)
    {
        WebSocketCloseResult result = After(events).Result;
        Assert.Equal(initiator, result.Initiator);
        Assert.Equal(isClean, result.IsClean);
        Assert.Equal(status, (int?)result.Status);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("R1000", true)]
    [InlineData("V", true)]                 // the replies to what came before a violation, and the close frame
    [InlineData("S1000", false)]
    [InlineData("S1000 R1000", false)]
    [InlineData("L", false)]
    [InlineData("P", false)]
    [InlineData("V S1002", false)]
    public void Nothing_may_be_sent_after_a_close_frame_or_over_a_broken_transport(string events, bool maySend) =>
        Assert.Equal(maySend, After(events).MaySend);

    [Theory]
    [InlineData("", false)]
    [InlineData("S1000", true)]
    [InlineData("R1000", true)]
    [InlineData("P", true)]
    [InlineData("V", true)]
    public void The_end_begins_with_its_first_sign(string events, bool hasBegun) => Assert.Equal(hasBegun, After(events).HasBegun);

    [Fact]
    public void The_reason_is_that_of_the_first_close_frame()
    {
        CloseHandshake close = new();
        close.OnReceived(new ClosePayload(WebSocketCloseStatus.NormalClosure, "theirs"));
        close.OnSent(new ClosePayload(WebSocketCloseStatus.NormalClosure, "ours"));
        Assert.Equal("theirs", close.Result.Reason);
        Assert.Null(close.Result.Error);
    }

    [Fact]
    public void Without_a_reason_the_failure_speaks()
    {
        CloseHandshake close = new();
        Assert.Equal("", close.Result.Reason);
        IOException first = new("first");
        close.OnError(Remote, first);
        close.OnError(Local, new IOException("second"));
        Assert.Equal("first", close.Result.Reason);
        Assert.Same(first, close.Result.Error);
    }

    [Fact]
    public void The_exception_carries_the_result_and_the_cause()
    {
        CloseHandshake close = After("P");
        WebSocketClosedException exception = close.ToException();
        Assert.Equal(close.Result, exception.Result);
        Assert.Same(close.Error, exception.InnerException);
        Assert.Contains("the peer broke", exception.Message, StringComparison.Ordinal);
    }

    private static CloseHandshake After(string events)
    {
        CloseHandshake close = new();
        foreach (string step in events.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            ClosePayload payload = new(step.Length > 1 ? (WebSocketCloseStatus)int.Parse(step[1..], null) : null, "");
            switch (step[0])
            {
                case 'S':
                    close.OnSent(payload);
                    break;
                case 'R':
                    close.OnReceived(payload);
                    break;
                case 'V':
                    close.OnError(Local, new WebSocketProtocolException(WebSocketCloseStatus.ProtocolError, "a rule", "RFC 6455"));
                    break;
                default:
                    close.OnError(step[0] == 'L' ? Local : Remote, new IOException(step[0] == 'L' ? "this side broke" : "the peer broke"));
                    break;
            }
        }
        return close;
    }
}
