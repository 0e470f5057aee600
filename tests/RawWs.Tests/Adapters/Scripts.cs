using System.Net.WebSockets;
using RawWs.Tests.Connection;
using RawWs.Tests.Support;

namespace RawWs.Tests.Adapters;

/// <summary>The conversations that must go the same over every WebSocket. A public method is a script.</summary>
internal static class Scripts
{
    private const string Hello = "81 05 48 65 6c 6c 6f";
    private const string World = "82 05 57 6f 72 6c 64";
    private const string Close1000 = "88 02 03 e8";
    private const string CloseBye = "88 05 0f a1 62 79 65";            // 4001 "bye"

    public static async Task Messages_come_whole(Conversation c)
    {
        await c.PeerSends(Hello);
        await c.Receive(16);
        await c.PeerSends(World);
        await c.ReceiveSegment(16);
        await c.PeerSends("81 00 82 01 00");
        await c.Receive(16);
        await c.ReceiveSegment(16);
    }

    public static async Task Messages_are_sent(Conversation c)
    {
        await c.Send("Hello");
        await c.PeerGets();
        await c.Send("", type: WebSocketMessageType.Binary);
        await c.PeerGets();
        await c.Call("send segment", static ws => ws.SendAsync(new ArraySegment<byte>([1, 2, 3, 4], 1, 2), WebSocketMessageType.Binary, true, default));
        await c.PeerGets();
    }

    public static async Task A_receive_waits_for_its_message(Conversation c)
    {
        Conversation.Pending receive = c.BeginReceive(16);
        await c.Send("meanwhile");
        await c.PeerGets();
        await c.PeerSends(Hello);
        await c.Ended(receive);
    }

    public static async Task A_small_buffer_takes_a_message_in_parts(Conversation c)
    {
        await c.PeerSends(Hello);
        await c.Receive(2);
        await c.ReceiveSegment(2);
        await c.Receive(2);
        await c.PeerSends(World);
        await c.Receive(3);
        await c.Receive(2);
        await c.PeerSends(Hello);
        await c.Receive(5);
        await c.PeerSends("81 04 f0 9f 98 80");                         // one character, cut
        await c.Receive(3);
        await c.Receive(3);
    }

    public static async Task An_empty_buffer_waits_for_a_message_and_takes_nothing(Conversation c)
    {
        Conversation.Pending receive = c.BeginReceive(0);
        await c.PeerSends("89 00");
        await c.PeerGets();
        await c.PeerSends(Hello);
        await c.Ended(receive);
        await c.Receive(0);
        await c.ReceiveSegment(0);
        await c.Receive(2);
        await c.Receive(0);
        await c.Receive(16);
        await c.PeerSends("81 00");
        await c.Receive(0);
        await c.PeerSends(World);
        await c.Receive(16);
        await c.PeerSends(CloseBye);
        await c.Receive(0);
    }

    public static async Task The_first_fragment_comes_before_the_second_is_sent(Conversation c)
    {
        await c.PeerSends("01 02 48 65");
        await c.Receive(16);
        await c.PeerSends("89 01 70");
        await c.PeerSends("00 02 6c 6c");
        await c.Receive(16);
        await c.PeerGets();
        Conversation.Pending rest = c.BeginReceive(16);
        await c.PeerSends("80 01 6f");
        await c.Ended(rest);
        await c.PeerSends("02 01 57");
        await c.Receive(0);
        await c.Receive(16);
        await c.PeerSends("80 00");
        await c.Receive(16);
    }

    public static async Task A_fragment_that_came_while_nobody_received_is_given_at_once(Conversation c)
    {
        await c.PeerSends("01 02 48 65");
        await c.Send("Go on");
        await c.PeerGets();
        await c.Receive(1);
        await c.Receive(1);
        await c.PeerSends("80 03 6c 6c 6f");
        await c.Receive(16);
    }

    public static async Task Fragments_make_one_message(Conversation c)
    {
        await c.PeerSends("01 02 48 65 89 01 70 00 00 00 02 6c 6c 80 01 6f " + World);
        await c.ReceiveMessage(2);
        await c.PeerGets();
        await c.Receive(16);
    }

    public static async Task A_large_message_comes_whole(Conversation c)
    {
        Task sent = c.PeerSends(new RawFrame(RawFrame.Binary, Wire.Pattern(300_000)));
        await c.ReceiveMessage(10_000);
        await sent;
        sent = c.PeerSends(new RawFrame(RawFrame.Binary, Wire.Pattern(20_000)));
        await c.Receive(20_000);
        await sent;
    }

    public static async Task A_large_message_is_sent(Conversation c)
    {
        Conversation.Pending send = c.Begin("send", static ws => ws.SendAsync(Wire.Pattern(300_000).AsMemory(), WebSocketMessageType.Binary, true, default).AsTask());
        await c.PeerGets();
        await c.Ended(send);
    }

    public static async Task Fragments_are_sent_with_control_frames_between(Conversation c)
    {
        await c.Send("He", isLast: false);
        await c.PeerGets();
        Conversation.Pending receive = c.BeginReceive(16);
        await c.PeerSends("89 01 70");
        await c.PeerGets();
        await c.Send("l", isLast: false, WebSocketMessageType.Binary);   // the type is the first frame's
        await c.PeerGets();
        await c.Send("", isLast: false);
        await c.PeerGets();
        await c.Send("lo");
        await c.PeerGets();
        await c.Send("x");
        await c.PeerGets();
        await c.Send("", isLast: false);
        await c.Send("");
        await c.PeerGets();
        await c.PeerGets();
        await c.PeerSends(Hello);
        await c.Ended(receive);
    }

    public static async Task A_close_passes_between_fragments(Conversation c)
    {
        await c.Send("He", isLast: false);
        await c.PeerGets();
        await c.CloseOutput(1000);
        await c.PeerGets();
        await c.Send("llo");
    }

    public static async Task Flags_are_taken(Conversation c)
    {
        await Send(WebSocketMessageFlags.EndOfMessage | WebSocketMessageFlags.DisableCompression);
        await c.PeerGets();
        await Send(WebSocketMessageFlags.DisableCompression);
        await c.PeerGets();
        await Send(WebSocketMessageFlags.EndOfMessage);                  // a message is compressed or not
        await Send(WebSocketMessageFlags.EndOfMessage | WebSocketMessageFlags.DisableCompression);
        await c.PeerGets();
        await Send(WebSocketMessageFlags.None);
        await c.PeerGets();
        await Send(WebSocketMessageFlags.EndOfMessage);
        await c.PeerGets();

        Task Send(WebSocketMessageFlags flags) =>
            c.Call($"send {flags}", ws => ws.SendAsync("ab"u8.ToArray().AsMemory(), WebSocketMessageType.Binary, flags, default).AsTask());
    }

    public static async Task The_peer_closes_first(Conversation c)
    {
        await c.PeerSends(Hello + CloseBye);
        await c.Receive(16);
        await c.ReceiveSegment(16);
        await c.Receive(16);
        await c.Send("after");
        await c.PeerGets();
        await c.CloseOutput(1001, "yes");
        await c.PeerGets();
        await c.TryAll();
        await c.Abort();
        await c.Dispose();
        await c.TryAll();
    }

    public static async Task The_close_of_the_peer_is_told_by_a_receive_only(Conversation c)
    {
        await c.PeerSends(Hello + CloseBye);
        await c.Send("one");
        await c.PeerGets();
        await c.Send("two");
        await c.PeerGets();
        await c.Receive(16);
        await c.CloseOutput(1000);
        await c.PeerGets();
        c.PeerEnds();
        await c.Receive(16);
        await c.TryAll();
    }

    public static async Task The_peer_closes_first_and_is_answered_by_CloseAsync(Conversation c)
    {
        await c.PeerSends(CloseBye);
        await c.Receive(16);
        Conversation.Pending close = c.BeginClose(1000, "so be it");
        await c.PeerGets();
        c.PeerEnds();
        await c.Ended(close);
        await c.TryAll();
    }

    public static async Task A_close_without_a_code(Conversation c)
    {
        await c.PeerSends("88 00");
        await c.ReceiveSegment(16);
        await c.CloseOutput(1000);
        await c.PeerGets();
    }

    public static async Task A_close_with_a_code_and_no_reason(Conversation c)
    {
        await c.PeerSends(Close1000);
        await c.ReceiveSegment(16);
        await c.CloseOutput(4999);
        await c.PeerGets();
    }

    public static async Task We_close_first_and_the_peer_goes_on(Conversation c)
    {
        await c.CloseOutput(1000, "done");
        await c.PeerGets();
        await c.PeerSends(Hello);
        await c.Send("x");
        await c.CloseOutput(1000);
        await c.Receive(16);
        await c.PeerSends("01 02 48 65");
        await c.Receive(16);
        await c.PeerSends("80 03 6c 6c 6f");
        await c.Receive(16);
        await c.PeerSends(CloseBye);
        c.PeerEnds();
        await c.Receive(16);
        await c.TryAll();
    }

    public static async Task We_close_first_and_all_that_the_peer_sends_comes(Conversation c)
    {
        await c.CloseOutput(1000);
        await c.PeerGets();
        Task sent = SendManyAsync();
        for (int i = 0; i < 50; i++)
            await c.ReceiveMessage(4096);
        await sent;
        await c.Receive(16);

        async Task SendManyAsync()
        {
            for (int i = 0; i < 50; i++)
                await c.PeerSends(new RawFrame(RawFrame.Binary, Wire.Pattern(10_000, i)));
            await c.PeerSends(CloseBye);
            c.PeerEnds();
        }
    }

    public static async Task CloseAsync_drops_what_comes_until_the_answer(Conversation c)
    {
        Conversation.Pending close = c.BeginClose(1000, "done");
        await c.PeerGets();
        await c.PeerSends(Hello + "02 01 57 89 01 70 80 02 6f 72" + CloseBye);
        c.PeerEnds();
        await c.Ended(close);
        await c.TryAll();
        await c.Dispose();
    }

    public static async Task CloseAsync_drops_the_rest_of_a_message(Conversation c)
    {
        await c.PeerSends(Hello);
        await c.Receive(2);
        Conversation.Pending close = c.BeginClose(1000);
        await c.PeerGets();
        await c.PeerSends(CloseBye);
        c.PeerEnds();
        await c.Ended(close);
    }

    public static async Task CloseAsync_after_CloseOutputAsync_waits_for_the_answer(Conversation c)
    {
        await c.CloseOutput(1001);
        await c.PeerGets();
        Conversation.Pending close = c.BeginClose(4000, "not sent");
        await c.PeerSends(World + Close1000);
        c.PeerEnds();
        await c.Ended(close);
        await c.PeerGets();
    }

    public static async Task A_pending_receive_gets_the_answer_to_CloseAsync(Conversation c)
    {
        Conversation.Pending receive = c.BeginReceive(16);
        Conversation.Pending close = c.BeginClose(1000);
        await c.PeerGets();
        await c.PeerSends(CloseBye);
        c.PeerEnds();
        await receive.Task;
        await close.Task;
        await c.Ended(receive);
        await c.Ended(close);
    }

    public static async Task Both_close_at_once(Conversation c)
    {
        await c.PeerSends(CloseBye);
        await c.CloseOutput(1000);
        await c.PeerGets();
        c.PeerEnds();
        await c.Receive(16);
    }

    public static async Task The_end_without_a_close(Conversation c)
    {
        await c.PeerSends(Hello);
        c.PeerEnds();
        await c.Receive(16);
        await c.Receive(16);
        await c.TryAll();
        await c.Dispose();
        await c.TryAll();
    }

    public static async Task The_end_finds_a_pending_receive(Conversation c)
    {
        Conversation.Pending receive = c.BeginReceive(16);
        c.PeerEnds();
        await c.Ended(receive);
    }

    public static async Task The_end_within_a_frame(Conversation c)
    {
        await c.PeerSends("81 05 48");
        c.PeerEnds();
        await c.ReceiveSegment(16);
        await c.TryAll();
    }

    public static async Task The_end_between_fragments(Conversation c)
    {
        await c.PeerSends("01 01 48");
        await c.Receive(16);
        c.PeerEnds();
        await c.Receive(16);
    }

    public static async Task The_end_instead_of_an_answer_to_our_close(Conversation c)
    {
        await c.CloseOutput(1000);
        await c.PeerGets();
        c.PeerEnds();
        await c.Receive(16);
        await c.TryAll();
    }

    public static async Task The_end_instead_of_an_answer_to_CloseAsync(Conversation c)
    {
        Conversation.Pending close = c.BeginClose(1000);
        await c.PeerGets();
        c.PeerEnds();
        await c.Ended(close);
        await c.TryAll();
    }

    public static Task Reserved_bits_are_set(Conversation c) => Violation(c, "d1 00");

    public static Task An_opcode_is_unknown(Conversation c) => Violation(c, "83 00");

    public static Task A_control_frame_is_fragmented(Conversation c) => Violation(c, "09 00");

    public static Task A_control_frame_is_too_long(Conversation c) => Violation(c, "89 7e 00 7e");

    public static Task A_continuation_begins_a_message(Conversation c) => Violation(c, "80 00");

    public static async Task A_message_begins_within_another(Conversation c)
    {
        await c.PeerSends("01 02 48 65");
        await c.Receive(16);
        await Violation(c, "81 00");
    }

    public static Task A_length_has_its_highest_bit_set(Conversation c) => Violation(c, "82 7f 80 00 00 00 00 00 00 00");

    public static Task Text_is_no_UTF_8(Conversation c) => Violation(c, "81 02 c3 28");

    public static Task Text_ends_within_a_character(Conversation c) => Violation(c, "81 02 48 c3");

    public static async Task A_violation_behind_messages(Conversation c)
    {
        await c.PeerSends(Hello + World + "83 00");
        await c.Receive(16);
        await c.Receive(2);
        await c.Receive(16);
        await c.Receive(16);
        await c.PeerGets();
        await c.TryAll();
    }

    public static async Task A_canceled_receive_aborts(Conversation c)
    {
        using CancellationTokenSource stop = new();
        Conversation.Pending receive = c.BeginReceive(16, stop.Token);
        await c.Send("before");
        await c.PeerGets();
        await stop.CancelAsync();
        await c.Ended(receive);
        await c.PeerGets();
        await c.TryAll();
        await c.Abort();
        await c.Dispose();
    }

    public static async Task A_receive_with_a_canceled_token_aborts(Conversation c)
    {
        await c.PeerSends(Hello);
        await c.Receive(16, new CancellationToken(canceled: true));
        await c.TryAll();
    }

    public static async Task A_receive_whose_token_is_not_canceled_goes_on(Conversation c)
    {
        using CancellationTokenSource stop = new();
        await c.PeerSends(Hello + World);
        await c.Receive(16, stop.Token);
        await stop.CancelAsync();
        await c.Receive(16);
    }

    public static async Task A_send_with_a_canceled_token_sends_nothing(Conversation c)
    {
        await c.Send("no", ct: new CancellationToken(canceled: true));
        await c.Send("yes");
        await c.PeerGets();
    }

    public static async Task A_canceled_CloseAsync_aborts(Conversation c)
    {
        using CancellationTokenSource stop = new();
        Conversation.Pending close = c.BeginClose(1000, ct: stop.Token);
        await c.PeerGets();
        await stop.CancelAsync();
        await c.Ended(close);
        await c.PeerGets();
        await c.TryAll();
    }

    public static async Task A_close_with_a_canceled_token(Conversation c)
    {
        await c.CloseOutput(1000, ct: new CancellationToken(canceled: true));
        await c.Close(1000, ct: new CancellationToken(canceled: true));
        await c.Send("still");
        await c.PeerGets();
    }

    public static async Task Abort_ends_a_pending_receive(Conversation c)
    {
        Conversation.Pending receive = c.BeginReceive(16);
        await c.Abort();
        await c.Ended(receive);
        await c.PeerGets();
        await c.TryAll();
        await c.Abort();
        await c.Dispose();
        await c.TryAll();
    }

    public static async Task Abort_ends_a_pending_CloseAsync(Conversation c)
    {
        Conversation.Pending close = c.BeginClose(1000);
        await c.PeerGets();
        await c.Abort();
        await c.Ended(close);
    }

    public static async Task Abort_after_the_close_of_the_peer(Conversation c)
    {
        await c.PeerSends(CloseBye);
        await c.Receive(16);
        await c.Abort();
        await c.PeerGets();
        await c.TryAll();
    }

    public static async Task Dispose_while_open(Conversation c)
    {
        await c.Dispose();
        await c.PeerGets();
        await c.TryAll();
        await c.Abort();
        await c.Dispose();
    }

    public static async Task Dispose_after_our_close(Conversation c)
    {
        await c.CloseOutput(1000);
        await c.PeerGets();
        await c.Dispose();
        await c.PeerGets();
        await c.TryAll();
    }

    public static async Task Dispose_after_the_close_of_the_peer(Conversation c)
    {
        await c.PeerSends(CloseBye);
        await c.Receive(16);
        await c.Dispose();
        await c.PeerGets();
        await c.TryAll();
    }

    public static async Task Dispose_ends_a_pending_receive(Conversation c)
    {
        Conversation.Pending receive = c.BeginReceive(16);
        await c.Dispose();
        await c.Ended(receive);
        await c.TryAll();
    }

    public static async Task Two_receives_take_turns(Conversation c)
    {
        Conversation.Pending one = c.BeginReceive(16);
        Conversation.Pending two = c.BeginReceive(16);
        await c.PeerSends(Hello);
        await c.Ended(one);
        await c.PeerSends(World);
        await c.Ended(two);
    }

    public static async Task Sends_at_once_leave_in_their_order(Conversation c)
    {
        Conversation.Pending[] sends = [.. Enumerable.Range(0, 20).Select(i =>
            c.Begin($"send {i}", ws => ws.SendAsync(Wire.Pattern(10_000, i).AsMemory(), WebSocketMessageType.Binary, true, default).AsTask()))];
        foreach (Conversation.Pending send in sends)
        {
            await c.PeerGets();
            await c.Ended(send);
        }
    }

    public static async Task What_no_call_can_mean_is_refused(Conversation c)
    {
        await c.Call("receive nothing", static ws => ws.ReceiveAsync(default(ArraySegment<byte>), default));
        await c.Call("send nothing", static ws => ws.SendAsync(default(ArraySegment<byte>), WebSocketMessageType.Text, true, default));
        await c.Call("send a close", static ws => ws.SendAsync(new ArraySegment<byte>([1]), WebSocketMessageType.Close, true, default));
        await c.Call("send a close", static ws => ws.SendAsync(new byte[1].AsMemory(), WebSocketMessageType.Close, true, default).AsTask());
        await c.Call("send 7", static ws => ws.SendAsync(new byte[1].AsMemory(), (WebSocketMessageType)7, true, default).AsTask());
        foreach (int code in new[] { 0, 999, 1006, 1015 })
        {
            await c.Close(code);
            await c.CloseOutput(code);
        }
        await c.Close(1005, "with a reason");
        await c.CloseOutput(1000, new string('x', 124));
        await c.Close(1000, new string('x', 122) + "\u00e9");
        await c.Send("still open");
        await c.PeerGets();
        await c.CloseOutput(1000, new string('x', 121) + "\u00e9");
        await c.PeerGets();
        await c.CloseOutput(999);                                       // the argument is judged before the state
        await c.Close(999);
    }

    public static Task The_subprotocol_is_told(Conversation c) => c.Tell("subprotocol", static ws => Task.FromResult(ws.SubProtocol));

    /// <summary>Receives until the violation shows, and looks at what came of it.</summary>
    private static async Task Violation(Conversation c, string hex)
    {
        await c.PeerSends(hex);
        await c.Receive(16);
        await c.PeerGets();
        await c.TryAll();
    }
}
