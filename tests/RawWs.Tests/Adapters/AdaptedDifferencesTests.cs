using System.Net.WebSockets;
using Xunit;

namespace RawWs.Tests.Adapters;

/// <summary>Where ours differs from the framework's WebSocket on purpose; each difference is documented on AsWebSocket or is a rule of RFC 6455.</summary>
public sealed class AdaptedDifferencesTests
{
    private const string Open = "Open (- -)";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_close_without_a_code_has_none_on_the_wire(bool isServer)
    {
        static async Task Script(Conversation c)
        {
            await c.CloseOutput((int)WebSocketCloseStatus.Empty);
            await c.PeerGets();
        }
        Assert.EndsWith("the peer gets a close 1005\n", await Subjects.FrameworkAsync(isServer, Script), StringComparison.Ordinal);     // section 7.4.1 forbids it
        Assert.EndsWith("the peer gets a close without a code\n", await Subjects.OursAsync(isServer, Script), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1004)]
    [InlineData(1016)]
    [InlineData(2999)]
    [InlineData(5000)]
    public async Task A_code_that_may_not_be_sent_is_refused(int code)
    {
        async Task Script(Conversation c)
        {
            await c.CloseOutput(code);
            await c.Send("x");
        }
        Assert.StartsWith($"close output {code} '' -> done; CloseSent", await Subjects.FrameworkAsync(true, Script), StringComparison.Ordinal);
        Assert.Equal($"close output {code} '' -> ArgumentException closeStatus; {Open}\nsend 'x' True -> done; {Open}\n", await Subjects.OursAsync(true, Script));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pings_are_answered_while_nobody_receives(bool isServer)
    {
        static async Task Script(Conversation c)
        {
            await c.PeerSends("89 01 70");
            await c.PeerGets();
        }
        Assert.Contains("opcode 10", await Subjects.OursAsync(isServer, Script), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fragments_that_came_together_are_given_together(bool isServer)
    {
        static async Task Script(Conversation c)
        {
            await c.PeerSends("01 02 48 65 80 03 6c 6c 6f");
            await c.Receive(16);
        }
        static async Task ScriptAfterAll(Conversation c)
        {
            await c.PeerSends("01 02 48 65 80 03 6c 6c 6f 89 00");
            await c.PeerGets();
            await c.Receive(16);
        }
        Assert.Equal($"receive 16 -> Text 2 more 4865; {Open}\n", await Subjects.FrameworkAsync(isServer, Script));
        Assert.EndsWith($"receive 16 -> Text 5 last 48656C6C6F; {Open}\n", await Subjects.OursAsync(isServer, ScriptAfterAll), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Text_that_is_no_UTF_8_gives_no_part_of_its_frame(bool isServer)
    {
        static async Task Script(Conversation c)
        {
            await c.PeerSends("81 04 48 65 c3 28");
            await c.Receive(2);
            await c.Receive(2);
        }
        Assert.StartsWith($"receive 2 -> Text 2 more 4865; {Open}\nreceive 2 -> WebSocketException Faulted; Aborted", await Subjects.FrameworkAsync(isServer, Script), StringComparison.Ordinal);
        Assert.StartsWith("receive 2 -> WebSocketException Faulted; Aborted", await Subjects.OursAsync(isServer, Script), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_beyond_the_limit_is_refused(bool isServer)
    {
        static async Task Script(Conversation c)
        {
            await c.PeerSends("82 0b 01 02 03 04 05 06 07 08 09 0a 0b");
            await c.Receive(16);
            await c.PeerGets();
        }
        Assert.Equal(
            "receive 16 -> WebSocketException Faulted; Aborted (- -)\nthe peer gets a close 1009\n",
            await Subjects.OursAsync(isServer, Script, new() { MaxMessageBytes = 10 }));
    }

    [Theory]
    [InlineData("88 01 03", 1002, "one byte")]
    [InlineData("88 02 03 ed", 1002, "1005")]
    [InlineData("88 04 03 e8 c3 28", 1007, "a reason that is no UTF-8")]
    public async Task An_illegal_close_is_no_close(string hex, int answer, string what)
    {
        async Task Script(Conversation c)
        {
            await c.PeerSends(hex);
            await c.Receive(16);
            await c.PeerGets();
        }
        string framework = await Subjects.FrameworkAsync(true, Script);
        Assert.True(framework == "receive 16 -> WebSocketException Faulted; Closed (- -)\nthe peer gets a close 1002\n", $"{what}: {framework}");
        Assert.Equal($"receive 16 -> WebSocketException Faulted; Aborted (- -)\nthe peer gets a close {answer}\n", await Subjects.OursAsync(true, Script));
    }
}
