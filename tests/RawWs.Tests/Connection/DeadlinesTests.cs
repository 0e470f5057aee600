using System.IO.Pipelines;
using System.Net.WebSockets;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

public sealed class DeadlinesTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly WebSocketEndpointOptions AllOff = new() { KeepAliveInterval = TimeSpan.Zero, SendTimeout = TimeSpan.Zero };
    private static readonly WebSocketEndpointOptions KeepAlive = AllOff with { KeepAliveInterval = Seconds(20), KeepAliveTimeout = Seconds(20) };
    private static readonly WebSocketEndpointOptions Idle = AllOff with { IdleTimeout = Seconds(60) };
    private static readonly WebSocketEndpointOptions Send = AllOff with { SendTimeout = Seconds(20) };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_all_deadlines_off_no_timer_is_armed(bool isServer)
    {
        Wire wire = new(isServer, AllOff);
        wire.Receive("81 01 61 89 00");
        wire.Transport.Writer.Hold();
        await wire.Connection.SendAsync("x");
        await wire.Connection.SendAsync("y");
        Assert.Equal(0, wire.Clock.ArmedTimers);
        wire.Advance(TimeSpan.FromDays(1));
        Assert.True(wire.Connection.IsOpen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_ping_is_sent_when_nothing_was_received_for_the_interval(bool isServer)
    {
        Wire wire = new(isServer, KeepAlive);
        Assert.Equal(1, wire.Clock.ArmedTimers);
        wire.Advance(Seconds(20) - Tick);
        Assert.Equal("", wire.Sent());
        wire.Advance(Tick);
        Assert.Equal("89 00", wire.Sent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Any_byte_is_a_sign_of_life(bool isServer)
    {
        Wire wire = new(isServer, KeepAlive);
        wire.Advance(Seconds(19));
        byte[] frame = wire.FromPeer(Bytes.Hex("82 02 01 02"));
        wire.ReceiveBytes(frame.AsSpan(0, 1));
        wire.Advance(Seconds(19));
        wire.ReceiveBytes(frame.AsSpan(1));
        wire.Advance(Seconds(20) - Tick);
        Assert.Equal("", wire.Sent());
        wire.Advance(Tick);
        Assert.Equal("89 00", wire.Sent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_does_not_answer_a_ping_is_given_up(bool isServer)
    {
        Wire wire = new(isServer, KeepAlive);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Advance(Seconds(40) - Tick);
        Assert.Equal("89 00", wire.Sent());
        Assert.True(wire.Connection.IsOpen);
        wire.Advance(Tick);
        await IsTimeoutAsync(wire);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(receive));
        Assert.Equal(0, wire.Clock.ArmedTimers);
    }

    [Theory]
    [InlineData("8a 00")]
    [InlineData("82 01 00")]
    [InlineData("89 00")]
    [InlineData("82")]
    public void Any_byte_after_a_ping_is_its_answer(string answer)
    {
        Wire wire = new(options: KeepAlive);
        wire.Advance(Seconds(30));
        wire.Receive(answer);
        wire.Sent();
        wire.Advance(Seconds(20) - Tick);
        Assert.Equal("", wire.Sent());
        wire.Advance(Tick);
        Assert.Equal("89 00", wire.Sent());
        Assert.True(wire.Connection.IsOpen);
    }

    [Fact]
    public void Pings_go_on_for_as_long_as_they_are_answered()
    {
        Wire wire = new(options: KeepAlive);
        for (int i = 0; i < 50; i++)
        {
            wire.Advance(Seconds(20));
            Assert.Equal("89 00", wire.Sent());
            wire.Receive("8a 00");
        }
        Assert.True(wire.Connection.IsOpen);
        Assert.Equal(1, wire.Clock.ArmedTimers);
    }

    [Theory]
    [InlineData(5, 20)]
    [InlineData(20, 5)]
    public async Task Interval_and_timeout_are_kept_whichever_is_longer(int interval, int timeout)
    {
        Wire wire = new(options: KeepAlive with { KeepAliveInterval = Seconds(interval), KeepAliveTimeout = Seconds(timeout) });
        for (int i = 0; i < 10; i++)
        {
            wire.Advance(Seconds(interval) - Tick);
            Assert.Equal("", wire.Sent());
            wire.Advance(Tick);
            Assert.Equal("89 00", wire.Sent());
            wire.Advance(Seconds(1));
            wire.Receive("8a 00");
        }
        wire.Advance(Seconds(interval + timeout) - Tick);
        Assert.True(wire.Connection.IsOpen);
        wire.Advance(Tick);
        await IsTimeoutAsync(wire);
    }

    [Fact]
    public void Without_a_timeout_silent_peers_are_only_pinged()
    {
        Wire wire = new(options: KeepAlive with { KeepAliveTimeout = TimeSpan.Zero });
        for (int i = 0; i < 10; i++)
        {
            wire.Advance(Seconds(20));
            Assert.Equal("89 00", wire.Sent());
        }
        Assert.True(wire.Connection.IsOpen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_is_not_blamed_while_the_application_holds_reading_back(bool isServer)
    {
        Wire wire = new(isServer, KeepAlive with { ReadAhead = 1 });
        ValueTask<WebSocketMessage?> first = wire.Connection.ReceiveAsync();
        wire.Receive("81 01 61 81 01 62");
        Assert.Equal("a", (await first)!.Value.Text);
        Assert.False(wire.Transport.Reader.IsWaiting);
        wire.Advance(TimeSpan.FromHours(1));
        Assert.True(wire.Connection.IsOpen);

        Assert.Equal("b", (await wire.Within(wire.Connection.ReceiveAsync()))!.Value.Text);
        ValueTask<WebSocketMessage?> third = wire.Connection.ReceiveAsync();
        await wire.Until(() => wire.Transport.Reader.IsWaiting);
        wire.Advance(Seconds(20));          // now it is the peer's turn
        Assert.Equal("89 00", wire.Sent());
        wire.Advance(Seconds(20));
        await IsTimeoutAsync(wire);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(third));
    }

    [Fact]
    public void A_peer_is_not_blamed_while_a_handler_keeps_the_thread_that_reads()
    {
        Wire wire = new(options: KeepAlive);
        _ = HandleAsync();
        wire.Receive("81 01 61");
        Assert.True(wire.Connection.IsOpen);

        async Task HandleAsync()
        {
            await wire.Connection.ReceiveAsync();
            wire.Advance(TimeSpan.FromHours(1));
            await wire.Connection.ReceiveAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_time_for_the_answer_begins_when_the_ping_has_left(bool isServer)
    {
        Wire wire = new(isServer, KeepAlive with { SendTimeout = Seconds(1000) });
        wire.Transport.Writer.Hold();
        await wire.Connection.SendAsync("x");
        wire.Advance(Seconds(300));
        Assert.True(wire.Connection.IsOpen);
        wire.Transport.Writer.Release();
        wire.Advance(Seconds(20) - Tick);
        Assert.True(wire.Connection.IsOpen);
        Assert.StartsWith("81 01 78 89 00", wire.Sent(), StringComparison.Ordinal);
        wire.Advance(Seconds(40));
        await IsTimeoutAsync(wire);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_closes_has_the_close_timeout_and_no_other(bool isServer)
    {
        Wire wire = new(isServer, KeepAlive with { KeepAliveInterval = Seconds(1), KeepAliveTimeout = Seconds(1), CloseTimeout = Seconds(30) });
        Task<WebSocketCloseResult> close = wire.Connection.CloseAsync();
        wire.Advance(Seconds(30) - Tick);
        Assert.False(close.IsCompleted);
        wire.Advance(Tick);
        await IsTimeoutAsync(wire);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_without_messages_is_closed_with_1001(bool isServer)
    {
        Wire wire = new(isServer, Idle);
        wire.Advance(Seconds(60) - Tick);
        Assert.Equal("", wire.Sent());
        wire.Advance(Tick);
        RawFrame close = wire.Next();
        Assert.Equal(1001, close.CloseCode);
        Assert.Contains("No message for 00:01:00", close.CloseReason, StringComparison.Ordinal);
        wire.Receive("88 02 03 e9");
        wire.HangUp();
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.True(result.IsClean);
        Assert.Equal(WebSocketCloseInitiator.Local, result.Initiator);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, result.Status);
    }

    [Theory]
    [InlineData("82 01 00", true)]
    [InlineData("02 00 00 00 80 00", true)]
    [InlineData("89 00", false)]
    [InlineData("8a 00", false)]
    public void Messages_received_and_no_control_frames_keep_a_connection_from_being_idle(string frames, bool isMessage)
    {
        Wire wire = new(options: Idle);
        wire.Connection.DiscardReceives();
        wire.Advance(Seconds(59));
        wire.Receive(frames);
        wire.Sent();
        wire.Advance(Seconds(1));
        Assert.Equal(isMessage, wire.Connection.IsOpen);
        wire.Advance(Seconds(58));
        Assert.Equal(isMessage, wire.Connection.IsOpen);
        wire.Advance(Seconds(1));
        Assert.False(wire.Connection.IsOpen);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    public async Task Messages_sent_keep_a_connection_from_being_idle(int size)
    {
        Wire wire = new(options: Idle);
        for (int i = 0; i < 5; i++)
        {
            wire.Advance(Seconds(59));
            await wire.Connection.SendAsync(new byte[size]);
            wire.Sent();
        }
        wire.Advance(Seconds(60) - Tick);
        Assert.True(wire.Connection.IsOpen);
        wire.Advance(Tick);
        Assert.False(wire.Connection.IsOpen);
    }

    [Fact]
    public void A_message_that_is_still_arriving_keeps_a_connection_from_being_idle()
    {
        Wire wire = new(options: Idle);
        byte[] frame = wire.FromPeer(new RawFrame(RawFrame.Binary, new byte[100]));
        for (int i = 0; i < 10; i++)
        {
            wire.ReceiveBytes(frame.AsSpan(i * 10, 10));
            wire.Advance(Seconds(59));
            Assert.True(wire.Connection.IsOpen);
        }
    }

    [Fact]
    public async Task A_message_that_is_still_leaving_keeps_a_connection_from_being_idle()
    {
        Wire wire = new(options: Idle);
        Pipe source = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline));
        _ = wire.Connection.SendStreamAsync(source.Reader.AsStream()).AsTask();
        for (int i = 0; i < 10; i++)
        {
            await source.Writer.WriteAsync(new byte[1]);
            wire.Advance(Seconds(59));
            Assert.True(wire.Connection.IsOpen);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Only_a_peer_that_takes_bytes_keeps_a_connection_that_sends_from_being_idle(bool isServer)
    {
        Wire wire = new(isServer, Idle);
        _ = wire.Connection.SendAsync(Wire.Pattern(2_000_000)).AsTask();
        for (int i = 0; i < 20; i++)
        {
            wire.Advance(Seconds(29));
            Assert.True(wire.Connection.IsOpen);
            wire.Take(40_000);              // at least each second time the transport has room for more
        }
        wire.Advance(Seconds(120));
        Assert.False(wire.Connection.IsOpen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_takes_no_byte_for_the_send_timeout_is_given_up(bool isServer)
    {
        Wire wire = new(isServer, Send);
        wire.Advance(Seconds(100));
        Task sent = wire.Connection.SendAsync(Wire.Pattern(200_000)).AsTask();
        Task behind = wire.Connection.SendAsync(Wire.Pattern(200_000)).AsTask();
        wire.Advance(Seconds(20) - Tick);
        Assert.True(wire.Connection.IsOpen);
        wire.Advance(Tick);
        await IsTimeoutAsync(wire);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(sent));
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(behind));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_byte_taken_gives_a_slow_peer_more_time(bool isServer)
    {
        Wire wire = new(isServer, Send);
        _ = wire.Connection.SendAsync(Wire.Pattern(2_000_000)).AsTask();
        for (int i = 0; i < 20; i++)
        {
            wire.Advance(Seconds(9));
            Assert.True(wire.Connection.IsOpen);
            wire.Take(40_000);              // at least each second time the transport has room for more
        }
        wire.Advance(Seconds(11) - Tick);
        Assert.True(wire.Connection.IsOpen);
        wire.Advance(Seconds(14) + Tick);   // progress is noticed a quarter of the timeout late at most
        await IsTimeoutAsync(wire);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_send_timeout_is_over_with_the_last_byte(bool isServer)
    {
        Wire wire = new(isServer, Send);
        for (int i = 0; i < 5; i++)
        {
            Task sent = wire.Connection.SendAsync(Wire.Pattern(200_000)).AsTask();
            wire.Advance(Seconds(15));
            await wire.NextAsync();
            await wire.Within(sent);
            wire.Advance(Seconds(15));
        }
        wire.Advance(TimeSpan.FromHours(1));
        Assert.True(wire.Connection.IsOpen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_send_timeout_counts_for_each_of_the_messages_that_wait(bool isServer)
    {
        Wire wire = new(isServer, Send);
        Pipe source = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline));
        _ = wire.Connection.SendStreamAsync(source.Reader.AsStream()).AsTask();
        Task small = wire.Connection.SendAsync(Wire.Pattern(10_000)).AsTask();
        Task large = wire.Connection.SendAsync(Wire.Pattern(200_000)).AsTask();
        await source.Writer.CompleteAsync();            // both may go: the first at once, the second not
        await wire.Within(small);
        Assert.False(large.IsCompleted);
        wire.Advance(Seconds(20));
        await IsTimeoutAsync(wire);
    }

    [Fact]
    public void A_deadline_of_a_year_does_not_fall_due_today()
    {
        TimeSpan year = TimeSpan.FromDays(365);
        Wire wire = new(options: new() { KeepAliveInterval = year, KeepAliveTimeout = year, IdleTimeout = year, SendTimeout = year });
        _ = wire.Connection.SendAsync(Wire.Pattern(200_000)).AsTask();
        wire.Advance(TimeSpan.FromDays(100));
        Assert.True(wire.Connection.IsOpen);
        Assert.Equal(200_000, wire.Next().Payload.Length);
        Assert.Equal("", wire.Sent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_armed_when_the_connection_is_over(bool isServer)
    {
        Wire wire = new(isServer, new() { IdleTimeout = Seconds(5) });
        wire.Receive("88 00");
        wire.HangUp();
        await wire.Within(wire.Connection.Completion);
        Assert.Equal(0, wire.Clock.ArmedTimers);
    }

    private static TimeSpan Seconds(double count) => TimeSpan.FromSeconds(count);

    private static async Task IsTimeoutAsync(Wire wire)
    {
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.Equal(WebSocketCloseInitiator.Local, result.Initiator);
        Assert.False(result.IsClean);
        Assert.IsType<TimeoutException>(result.Error);
        Assert.NotNull(wire.Transport.AbortReason);
    }
}
