using System.Net.WebSockets;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

public sealed class ProtocolConnectionTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan CloseTimeout = new WebSocketEndpointOptions().CloseTimeout;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(true, "88 02 03 e8", "88 02 03 e8", 1000, "")]
    [InlineData(false, "88 02 03 e8", "88 02 03 e8", 1000, "")]
    [InlineData(true, "88 05 0f a0 62 79 65", "88 02 0f a0", 4000, "bye")]
    [InlineData(false, "88 05 0f a0 62 79 65", "88 02 0f a0", 4000, "bye")]
    [InlineData(true, "88 00", "88 00", null, "")]
    [InlineData(false, "88 00", "88 00", null, "")]
    public async Task The_peers_close_is_answered_with_its_code(bool isServer, string close, string answer, int? status, string reason)
    {
        Wire wire = new(isServer);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Receive(close);
        Assert.Equal(answer, wire.Sent());
        Assert.Null(await wire.Within(receive));
        Assert.False(wire.Connection.IsOpen);

        wire.HangUp();
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.Equal(new(WebSocketCloseInitiator.Remote, IsClean: true, (WebSocketCloseStatus?)status, reason, null), result);
        Assert.Equal("", wire.Sent());
        Assert.True(wire.IsEnded);
        Assert.Equal(1, wire.Transport.Disposals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Our_close_waits_for_the_peers(bool isServer)
    {
        Wire wire = new(isServer);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        Task<WebSocketCloseResult> close = wire.Connection.CloseAsync((WebSocketCloseStatus)4001, "done");
        Assert.Equal("88 06 0f a1 64 6f 6e 65", wire.Sent());
        Assert.False(wire.Connection.IsOpen);
        Assert.False(close.IsCompleted || receive.IsCompleted);
        wire.Receive("88 02 03 e8");
        Assert.Null(await wire.Within(receive));
        wire.HangUp();
        WebSocketCloseResult result = await wire.Within(close);
        Assert.Equal(new(WebSocketCloseInitiator.Local, IsClean: true, (WebSocketCloseStatus)4001, "done", null), result);
        Assert.Equal("", wire.Sent());
        Assert.Equal(1, wire.Transport.Disposals);
    }

    // section 7.1.1
    [Fact]
    public void A_server_ends_the_transport_first()
    {
        Wire wire = new(isServer: true);
        wire.Receive("88 02 03 e8");
        wire.Collect();
        Assert.True(wire.IsEnded);
    }

    [Fact]
    public async Task A_client_waits_for_the_server_to_end_the_transport()
    {
        Wire wire = new(isServer: false);
        wire.Receive("88 02 03 e8");
        wire.Collect();
        Assert.False(wire.IsEnded);
        Assert.False(wire.Connection.Completion.IsCompleted);
        wire.HangUp();
        await wire.Within(wire.Connection.Completion);
        wire.Collect();
        Assert.True(wire.IsEnded);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_keeps_the_transport_open_after_a_clean_close_is_waited_for_in_vain(bool isServer)
    {
        Wire wire = new(isServer);
        wire.Receive("88 02 03 e8");
        wire.Advance(CloseTimeout - Tick);
        Assert.False(wire.Connection.Completion.IsCompleted);
        wire.Advance(Tick);
        Assert.True((await wire.Within(wire.Connection.Completion)).IsClean);
        wire.Collect();
        Assert.True(wire.IsEnded);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Both_sides_may_close_at_the_same_time(bool isServer)
    {
        Wire wire = new(isServer);
        Task<WebSocketCloseResult> close = wire.Connection.CloseAsync(WebSocketCloseStatus.NormalClosure, "ours");
        wire.Receive("88 02 03 e9");            // sent before ours came
        Assert.Equal("88 06 03 e8 6f 75 72 73", wire.Sent());
        wire.HangUp();
        WebSocketCloseResult result = await wire.Within(close);
        Assert.Equal(new(WebSocketCloseInitiator.Local, IsClean: true, WebSocketCloseStatus.NormalClosure, "ours", null), result);
        Assert.Equal("", wire.Sent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_close_sends_nothing_and_waits_for_the_same_end(bool isServer)
    {
        Wire wire = new(isServer);
        Task<WebSocketCloseResult> first = wire.Connection.CloseAsync(WebSocketCloseStatus.NormalClosure, "first");
        Task<WebSocketCloseResult> second = wire.Connection.CloseAsync(WebSocketCloseStatus.PolicyViolation, "second");
        Assert.Equal(1000, wire.Next().CloseCode);
        Assert.Equal("", wire.Sent());
        wire.Receive("88 00");
        wire.HangUp();
        Assert.Equal(await wire.Within(first), await wire.Within(second));
        Assert.Equal("first", (await wire.Connection.CloseAsync()).Reason);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(999, "")]
    [InlineData(1004, "")]
    [InlineData(1005, "")]
    [InlineData(1006, "")]
    [InlineData(1015, "")]
    [InlineData(2999, "")]
    [InlineData(5000, "")]
    [InlineData(1000, "124")]
    public async Task A_close_that_may_not_be_sent_is_refused_and_changes_nothing(int status, string reason)
    {
        Wire wire = new();
        reason = reason.Length == 0 ? "" : new string('x', 124);
        await Assert.ThrowsAsync<ArgumentException>(() => wire.Connection.CloseAsync((WebSocketCloseStatus)status, reason));
        await Assert.ThrowsAsync<ArgumentNullException>(() => wire.Connection.CloseAsync(reason: null!));
        Assert.True(wire.Connection.IsOpen);
        await wire.Connection.SendAsync("x");
        Assert.Equal("81 01 78", wire.Sent());
    }

    [Fact]
    public void A_reason_may_have_123_bytes()
    {
        Wire wire = new();
        _ = wire.Connection.CloseAsync(reason: new string('x', 123));
        Assert.Equal(125, wire.Next().Payload.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Canceling_a_close_stops_the_wait_and_not_the_close(bool isServer)
    {
        Wire wire = new(isServer);
        using CancellationTokenSource cts = new();
        Task close = wire.Connection.CloseAsync(ct: cts.Token);
        await cts.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.Within(close));
        Assert.Equal("88 02 03 e8", wire.Sent());
        wire.Receive("88 02 03 e8");
        wire.HangUp();
        Assert.True((await wire.Within(wire.Connection.Completion)).IsClean);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_does_not_answer_a_close_is_given_up(bool isServer)
    {
        Wire wire = new(isServer);
        Task<WebSocketCloseResult> close = wire.Connection.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye");
        wire.Advance(CloseTimeout - Tick);
        Assert.False(close.IsCompleted);
        wire.Advance(Tick);
        WebSocketCloseResult result = await wire.Within(close);
        Assert.Equal(WebSocketCloseInitiator.Local, result.Initiator);
        Assert.False(result.IsClean);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, result.Status);
        Assert.IsType<TimeoutException>(result.Error);
        wire.Collect();
        Assert.True(wire.IsReset);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_floods_instead_of_answering_a_close_is_given_up(bool isServer)
    {
        Wire wire = new(isServer);
        Task<WebSocketCloseResult> close = wire.Connection.CloseAsync();
        byte[] message = wire.FromPeer(new RawFrame(RawFrame.Binary, new byte[10_000]));
        for (TimeSpan passed = TimeSpan.Zero; passed < CloseTimeout; passed += Second)
        {
            Assert.False(close.IsCompleted);
            for (int i = 0; i < 20; i++)
                wire.ReceiveBytes(message);
            wire.Advance(Second);
        }
        Assert.IsType<TimeoutException>((await wire.Within(close)).Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_ends_the_transport_without_a_close_frame_ends_the_connection_abnormally(bool isServer)
    {
        Wire wire = new(isServer);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.HangUp();
        WebSocketClosedException error = await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(receive));
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.Equal(result, error.Result);
        Assert.Equal(WebSocketCloseInitiator.Remote, result.Initiator);
        Assert.False(result.IsClean);
        Assert.Null(result.Status);
        Assert.IsType<IOException>(result.Error);
        Assert.Equal("", wire.Sent());
        Assert.Equal(1, wire.Transport.Disposals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_breaks_off_ends_the_connection_abnormally(bool isServer)
    {
        Wire wire = new(isServer);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Break();
        WebSocketClosedException error = await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(receive));
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.Equal(result, error.Result);
        Assert.Equal(WebSocketCloseInitiator.Remote, result.Initiator);
        Assert.IsType<IOException>(result.Error);
        Assert.Equal(1, wire.Transport.Disposals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_ends_the_transport_instead_of_answering_a_close_ends_it_abnormally(bool isServer)
    {
        Wire wire = new(isServer);
        Task<WebSocketCloseResult> close = wire.Connection.CloseAsync();
        wire.HangUp();
        WebSocketCloseResult result = await wire.Within(close);
        Assert.Equal(WebSocketCloseInitiator.Local, result.Initiator);
        Assert.False(result.IsClean);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, result.Status);
        Assert.IsType<IOException>(result.Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Abort_completes_every_pending_call_at_once(bool isServer)
    {
        Wire wire = new(isServer);
        Task receive = wire.Connection.ReceiveAsync().AsTask();
        Task large = wire.Connection.SendAsync(Wire.Pattern(200_000)).AsTask();
        Task behind = wire.Connection.SendAsync(Wire.Pattern(200_000)).AsTask();
        Task streamed = wire.Connection.SendStreamAsync(new MemoryStream([1])).AsTask();
        Task ping = wire.Connection.PingAsync();
        Task flush = wire.Connection.FlushAsync().AsTask();
        wire.Connection.Abort();
        foreach (Task task in new[] { receive, large, behind, streamed, ping })
        {
            WebSocketClosedException error = await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(task));
            Assert.IsType<OperationCanceledException>(error.Result.Error);
        }
        await wire.Within(flush);
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.Equal(WebSocketCloseInitiator.Local, result.Initiator);
        Assert.False(result.IsClean);
        Assert.Null(result.Status);
        wire.Collect();
        Assert.True(wire.IsReset);
        Assert.Equal(1, wire.Transport.Disposals);
        wire.Connection.Abort();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Abort_completes_a_close_that_waits(bool isServer)
    {
        Wire wire = new(isServer);
        Task<WebSocketCloseResult> close = wire.Connection.CloseAsync();
        wire.Connection.Abort();
        WebSocketCloseResult result = await wire.Within(close);
        Assert.False(result.IsClean);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, result.Status);
    }

    [Fact]
    public async Task Abort_ends_a_connection_whose_reading_is_held_back()
    {
        Wire wire = new(options: new() { ReadAhead = 1 });
        _ = wire.Connection.ReceiveAsync().AsTask();
        wire.Receive("81 01 61 81 01 62");
        Assert.False(wire.Transport.Reader.IsWaiting);
        wire.Connection.Abort();
        Assert.IsType<OperationCanceledException>((await wire.Within(wire.Connection.Completion)).Error);
    }

    [Fact]
    public async Task Abort_after_a_clean_end_changes_nothing()
    {
        Wire wire = new();
        wire.Receive("88 02 03 e8");
        wire.HangUp();
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        wire.Connection.Abort();
        Assert.True(result.IsClean);
        Assert.Null(await wire.Connection.ReceiveAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_comes_after_the_peers_close_frame_is_ignored(bool isServer)
    {
        Wire wire = new(isServer);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.ReceiveBytes([.. wire.FromPeer(Bytes.Hex("88 02 03 e8 81 01 61 89 00 88 02 03 e9")), 0xff, 0xff]);
        Assert.Null(await wire.Within(receive));
        wire.ReceiveBytes(new byte[1000]);
        wire.HangUp();
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.True(result.IsClean);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, result.Status);
        Assert.Equal("88 02 03 e8", wire.Sent());
        Assert.Null(await wire.Connection.ReceiveAsync());
    }

    [Theory]
    [InlineData(true, "c1 00", 1002)]
    [InlineData(false, "c1 00", 1002)]
    [InlineData(true, "83 00", 1002)]
    [InlineData(false, "83 00", 1002)]
    [InlineData(true, "80 00", 1002)]
    [InlineData(false, "80 00", 1002)]
    [InlineData(true, "81 01 ff", 1007)]
    [InlineData(false, "81 01 ff", 1007)]
    [InlineData(true, "82 05 00 00 00 00 00", 1009)]
    [InlineData(false, "82 05 00 00 00 00 00", 1009)]
    [InlineData(true, "02 00 00 00 00 00 80 00", 1008)]
    [InlineData(false, "02 00 00 00 00 00 80 00", 1008)]
    [InlineData(true, "88 01 03", 1002)]
    [InlineData(false, "88 01 03", 1002)]
    [InlineData(true, "88 02 03 ed", 1002)]
    [InlineData(false, "88 02 03 ed", 1002)]
    public async Task A_violation_is_answered_with_its_code_and_the_rule(bool isServer, string frames, int code)
    {
        Wire wire = new(isServer, new() { MaxMessageBytes = 4, MaxFragments = 3 });
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Receive(frames + " 81 01 61 89 00");           // nothing behind it counts
        await IsFailedAsync(wire, receive, code);
    }

    // section 5.1
    [Theory]
    [InlineData(true, "81 01 61")]
    [InlineData(false, "81 81 00 00 00 00 61")]
    public async Task A_frame_masked_the_wrong_way_is_a_violation(bool isServer, string bytes)
    {
        Wire wire = new(isServer);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.ReceiveBytes(Bytes.Hex(bytes));
        await IsFailedAsync(wire, receive, 1002);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_violation_bytes_are_dropped_for_a_second(bool isServer)
    {
        Wire wire = new(isServer);
        wire.Receive("c1 00");
        Assert.Equal(1002, wire.Next().CloseCode);
        wire.Collect();
        Assert.True(wire.IsEnded);
        wire.Advance(Second - Tick);
        wire.ReceiveBytes(new byte[10_000]);
        Assert.False(wire.Connection.Completion.IsCompleted);
        wire.Advance(Tick);
        await wire.Within(wire.Connection.Completion);
        Assert.Equal(1, wire.Transport.Disposals);
    }

    [Theory]
    [InlineData(true, "c1 00", 1002)]
    [InlineData(false, "c1 00", 1002)]
    [InlineData(true, "88 02 03 e9", 1001)]
    [InlineData(false, "88 02 03 e9", 1001)]
    public void Messages_before_the_end_are_answered_before_it(bool isServer, string end, int code)
    {
        Wire wire = new(isServer);
        _ = TestServer.EchoAsync(wire.Connection);
        wire.Receive("81 01 61 81 01 62 " + end);
        Assert.Equal("81 01 61", Bytes.ToHex(FrameBytes.Write(wire.Next())));
        Assert.Equal("81 01 62", Bytes.ToHex(FrameBytes.Write(wire.Next())));
        Assert.Equal(code, wire.Next().CloseCode);
    }

    [Theory]
    [InlineData(true, "c1 00", 1002)]
    [InlineData(false, "c1 00", 1002)]
    [InlineData(true, "88 02 03 e9", 1001)]
    [InlineData(false, "88 02 03 e9", 1001)]
    public async Task A_slow_handler_may_answer_before_the_end(bool isServer, string end, int code)
    {
        Wire wire = new(isServer);
        TaskCompletionSource goOn = new();
        _ = EchoAfterAsync(wire.Connection, goOn.Task);
        wire.Receive("81 01 61 81 01 62 " + end);
        wire.Advance(Second - Tick);
        Assert.Equal("", wire.Sent());
        goOn.SetResult();
        Assert.Equal("81 01 61", Bytes.ToHex(FrameBytes.Write(await wire.NextAsync())));
        Assert.Equal("81 01 62", Bytes.ToHex(FrameBytes.Write(await wire.NextAsync())));
        Assert.Equal(code, (await wire.NextAsync()).CloseCode);
    }

    [Theory]
    [InlineData(true, "c1 00", 1002)]
    [InlineData(false, "c1 00", 1002)]
    [InlineData(true, "88 02 03 e9", 1001)]
    [InlineData(false, "88 02 03 e9", 1001)]
    public async Task A_handler_that_is_too_slow_answers_in_vain(bool isServer, string end, int code)
    {
        Wire wire = new(isServer);
        TaskCompletionSource goOn = new();
        Task echo = EchoAfterAsync(wire.Connection, goOn.Task);
        wire.Receive("81 01 61 " + end);
        wire.Advance(Second);
        Assert.Equal(code, (await wire.NextAsync()).CloseCode);
        goOn.SetResult();
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(echo));
        Assert.Equal("", wire.Sent());
        wire.HangUp();
        await wire.Within(wire.Connection.Completion);
    }

    [Theory]
    [InlineData(true, "88 02 03 e9")]
    [InlineData(false, "88 02 03 e9")]
    [InlineData(true, "c1 00")]
    [InlineData(false, "c1 00")]
    public async Task A_consumer_that_owes_no_reply_does_not_delay_the_end(bool isServer, string end)
    {
        Wire wire = new(isServer);
        using CancellationTokenSource cts = new();
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync(cts.Token);
        await cts.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await receive);
        wire.Receive(end);
        Assert.Equal(RawFrame.Close, wire.Next().Opcode);
    }

    [Theory]
    [InlineData("88 02 03 e8")]
    [InlineData("c1 00")]
    public async Task The_end_is_noticed_while_the_handler_is_busy(string end)
    {
        Wire wire = new();
        CancellationToken closed = wire.Connection.Closed;
        _ = EchoAfterAsync(wire.Connection, new TaskCompletionSource().Task);
        wire.Receive("81 01 61");
        wire.Receive("89 01 70");
        Assert.Equal("8a 01 70", wire.Sent());
        Assert.False(closed.IsCancellationRequested);
        wire.Receive(end);
        await wire.Until(() => closed.IsCancellationRequested);
        Assert.Equal("", wire.Sent());
        Assert.True(wire.Connection.Closed.IsCancellationRequested);
    }

    [Fact]
    public void A_token_that_is_asked_for_after_the_end_has_begun_is_canceled()
    {
        Wire wire = new();
        wire.Receive("88 02 03 e8");
        Assert.True(wire.Connection.Closed.IsCancellationRequested);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_token_fires_however_the_connection_ends(bool isAbort)
    {
        Wire wire = new();
        CancellationToken closed = wire.Connection.Closed;
        if (isAbort)
            wire.Connection.Abort();
        else
            wire.HangUp();
        await wire.Until(() => closed.IsCancellationRequested);
    }

    [Fact]
    public async Task The_owner_hears_of_the_end_once()
    {
        Wire wire = new();
        List<object> ended = [];
        (wire.Core.Ended, wire.Core.EndedState) = (ended.Add, wire);
        wire.Receive("88 02 03 e8");
        Assert.Empty(ended);
        wire.HangUp();
        await wire.Within(wire.Connection.Completion);
        Assert.Same(wire, Assert.Single(ended));
    }

    [Theory]
    [InlineData("88 02 03 e8")]
    [InlineData("c1 00")]
    [InlineData("")]
    public async Task The_transport_outlives_the_connection_for_as_long_as_a_message_of_its_memory_is_held(string end)
    {
        Wire wire = new();
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Receive("81 04 68 65 6c 64");
        WebSocketMessage message = (await receive)!.Value;
        wire.Receive(end);
        wire.HangUp();
        wire.Advance(Second);
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.Equal(0, wire.Transport.Disposals);
        Assert.Equal("held", message.Text);

        Exception? error = await Record.ExceptionAsync(async () => Assert.Null(await wire.Connection.ReceiveAsync()));
        Assert.Equal(result.IsClean, error is null);
        Assert.Equal(1, wire.Transport.Disposals);
    }

    [Fact]
    public async Task The_transport_is_ended_once_when_the_consumer_is_done_and_the_rest_is_discarded()
    {
        Wire wire = new();
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Receive("81 01 61 81 01 62");
        await receive;
        wire.HangUp();
        await wire.Within(wire.Connection.Completion);
        wire.Connection.DiscardReceives();
        wire.Connection.DiscardReceives();
        Assert.Equal(1, wire.Transport.Disposals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_send_that_is_blocked_does_not_hold_up_the_end_of_a_broken_transport(bool isServer)
    {
        Wire wire = new(isServer);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Receive("81 01 61 88 02 03 e8");
        await receive;
        Task sent = wire.Connection.SendAsync(Wire.Pattern(200_000)).AsTask();
        wire.Break();
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(sent));
        wire.Connection.DiscardReceives();
        Assert.False((await wire.Within(wire.Connection.Completion)).IsClean);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answers_that_do_not_leave_hold_up_the_end_for_the_close_timeout_only(bool isServer)
    {
        Wire wire = new(isServer, new() { SendTimeout = TimeSpan.Zero });
        _ = wire.Connection.SendAsync(Wire.Pattern(200_000)).AsTask();
        wire.Receive("88 02 03 e8");
        wire.Advance(CloseTimeout - Tick);
        Assert.False(wire.Connection.Completion.IsCompleted);
        wire.Advance(Tick);
        await wire.Within(wire.Connection.Completion);
        Assert.Equal(1, wire.Transport.Disposals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handler_may_close_and_wait_while_it_holds_a_message(bool isServer)
    {
        Wire wire = new(isServer);
        Task<WebSocketCloseResult> handler = HandleAsync();
        wire.Receive("81 01 61");
        Assert.Equal("88 02 03 e8", wire.Sent());
        wire.Receive("81 01 62 88 02 03 e8");
        wire.HangUp();
        Assert.True((await wire.Within(handler)).IsClean);

        async Task<WebSocketCloseResult> HandleAsync()
        {
            await wire.Connection.ReceiveAsync();
            return await wire.Connection.CloseAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_closes_with_1000_and_waits(bool isServer)
    {
        Wire wire = new(isServer);
        Task disposed = wire.Connection.DisposeAsync().AsTask();
        Assert.Equal("88 02 03 e8", wire.Sent());
        Assert.False(disposed.IsCompleted);
        wire.Receive("81 01 61 88 02 03 e8");
        wire.HangUp();
        await wire.Within(disposed);
        Assert.Equal(1, wire.Transport.Disposals);
        await wire.Within(wire.Connection.DisposeAsync());
    }

    [Fact]
    public async Task A_fault_of_ours_ends_this_connection_and_its_completion_does_not_fault()
    {
        Wire wire = new();
        wire.Core.ControlObserver = static (_, _) => throw new InvalidOperationException("a bug");
        wire.Receive("89 00");
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.Equal("a bug", result.Error!.Message);
        Assert.Equal(1, wire.Transport.Disposals);
    }

    private static async Task IsFailedAsync(Wire wire, ValueTask<WebSocketMessage?> receive, int code)
    {
        RawFrame close = wire.Next();
        Assert.Equal(RawFrame.Close, close.Opcode);
        Assert.Equal(code, close.CloseCode);
        Assert.NotEqual("", close.CloseReason);
        Assert.Equal("", wire.Sent());
        WebSocketClosedException error = await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(receive));
        wire.HangUp();
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.Equal(WebSocketCloseInitiator.Local, result.Initiator);
        Assert.False(result.IsClean);
        Assert.Equal(code, (int?)result.Status);
        Assert.Equal(close.CloseReason, result.Reason);
        Assert.IsType<WebSocketProtocolException>(result.Error);
        Assert.Equal(result, error.Result);
    }

    private static async Task EchoAfterAsync(WebSocketConnection connection, Task signal)
    {
        await foreach (WebSocketMessage message in connection.ReadAllAsync())
        {
            await signal;
            await connection.SendAsync(message);
        }
    }
}
