using System.Net.WebSockets;
using RawWs.Connection;
using RawWs.Protocol.Framing;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

public sealed class SendQueueTests
{
    private const int Direct = 8 * 1024;

    /// <summary>Small frames that arrive in the order of their first payload byte.</summary>
    private static readonly WebSocketEndpointOptions Bound50 = new() { MaxQueuedBytes = 50 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_wait_in_order_behind_a_transport_that_takes_nothing(bool isServer)
    {
        Wire wire = Blocked(isServer);
        for (int i = 1; i <= 5; i++)
            await wire.Connection.SendAsync(new[] { (byte)i });         // below the bound: accepted at once
        Assert.Equal("", wire.Sent());

        wire.Transport.Writer.Release();
        Assert.Equal("82 01 00 82 01 01 82 01 02 82 01 03 82 01 04 82 01 05", wire.Sent());
        Assert.Equal(0, wire.Connection.BufferedBytes);
    }

    [Fact]
    public async Task What_waited_leaves_in_one_write()
    {
        Wire wire = Blocked();
        for (int i = 1; i <= 5; i++)
            await wire.Connection.SendAsync(new[] { (byte)i });
        int flushes = wire.Transport.Writer.Flushes;
        wire.Transport.Writer.Release();
        wire.Run();
        Assert.Equal(flushes + 1, wire.Transport.Writer.Flushes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Above_the_bound_sends_wait_and_go_first_come_first_served(bool isServer)
    {
        Wire wire = Blocked(isServer, Bound50);
        Task accepted = wire.Connection.SendAsync(Message(1, 30)).AsTask();
        Task beyond = wire.Connection.SendAsync(Message(2, 30)).AsTask();
        Task small = wire.Connection.SendAsync(Message(3, 1)).AsTask();         // it would fit, but it is not its turn
        Task large = wire.Connection.SendAsync(Message(4, Direct)).AsTask();
        Task last = wire.Connection.SendAsync(Message(5, 1)).AsTask();
        Assert.True(accepted.IsCompletedSuccessfully);
        Assert.False(beyond.IsCompleted || small.IsCompleted || large.IsCompleted || last.IsCompleted);

        wire.Transport.Writer.Release();
        await wire.Within(Task.WhenAll(beyond, small, large, last));
        Assert.Equal([0, 1, 2, 3, 4, 5], await FirstBytes(wire, 6));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_larger_than_the_bound_is_accepted_when_nothing_else_waits(bool isServer)
    {
        Wire wire = new(isServer, Bound50);
        await wire.Connection.SendAsync(Message(1, 200));
        wire.Transport.Writer.Hold();
        await wire.Connection.SendAsync(Message(2, 200));
        Task next = wire.Connection.SendAsync(Message(3, 200)).AsTask();
        Task large = wire.Connection.SendAsync(Message(4, 100_000)).AsTask();
        wire.Transport.Writer.Release();
        Assert.Equal([1, 2, 3, 4], await FirstBytes(wire, 4));
        await wire.Within(Task.WhenAll(next, large));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, Direct)]
    [InlineData(false, 1)]
    [InlineData(false, Direct)]
    public async Task A_send_that_is_canceled_before_its_first_byte_is_taken_back(bool isServer, int size)
    {
        Wire wire = Blocked(isServer, Bound50);
        Task first = wire.Connection.SendAsync(Message(1, 60)).AsTask();
        using CancellationTokenSource cts = new();
        Task canceled = wire.Connection.SendAsync(Message(2, size), ct: cts.Token).AsTask();
        Task last = wire.Connection.SendAsync(Message(3, size)).AsTask();

        await cts.CancelAsync();
        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.Within(canceled));
        Assert.Equal(cts.Token, error.CancellationToken);
        Assert.False(first.IsCompleted || last.IsCompleted);

        wire.Transport.Writer.Release();
        await wire.Within(Task.WhenAll(first, last));
        Assert.Equal([0, 1, 3], await FirstBytes(wire, 3));
        Assert.True(wire.Connection.IsOpen);
        await wire.Connection.SendAsync(Message(4, 1));
        Assert.Equal([4], await FirstBytes(wire, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Canceling_after_the_send_is_done_changes_nothing(bool isServer)
    {
        Wire wire = Blocked(isServer, Bound50);
        using CancellationTokenSource cts = new();
        Task waited = wire.Connection.SendAsync(Message(1, 60), ct: cts.Token).AsTask();
        Task large = wire.Connection.SendAsync(Message(2, Direct), ct: cts.Token).AsTask();
        wire.Transport.Writer.Release();
        await wire.Within(Task.WhenAll(waited, large));
        await cts.CancelAsync();
        await wire.Connection.SendAsync(Message(3, 1));
        Assert.Equal([0, 1, 2, 3], await FirstBytes(wire, 4));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_send_that_is_canceled_after_its_first_byte_ends_the_connection(bool isServer)
    {
        Wire wire = new(isServer);
        using CancellationTokenSource cts = new();
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        Task sent = wire.Connection.SendAsync(Message(1, 200_000), ct: cts.Token).AsTask();
        Task behind = wire.Connection.SendAsync(Message(2, Direct)).AsTask();
        wire.Take(1);
        await cts.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.Within(sent));
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(behind));
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(receive));
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.Equal(WebSocketCloseInitiator.Local, result.Initiator);
        Assert.False(result.IsClean);
        Assert.IsType<OperationCanceledException>(result.Error);
        wire.Collect();
        Assert.True(wire.IsReset);
    }

    [Fact]
    public async Task A_send_that_is_canceled_midway_ends_the_connection_while_the_consumer_is_busy_and_reading_is_held_back()
    {
        Wire wire = new(options: new() { ReadAhead = 1 });
        _ = wire.Connection.ReceiveAsync().AsTask();
        wire.Receive("81 01 61 81 01 62");
        Assert.False(wire.Transport.Reader.IsWaiting);
        using CancellationTokenSource cts = new();
        _ = wire.Connection.SendAsync(Message(1, 200_000), ct: cts.Token).AsTask();
        await cts.CancelAsync();
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.IsType<OperationCanceledException>(result.Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_pongs_only_the_latest_waits_and_it_goes_before_what_waits(bool isServer)
    {
        Wire wire = Blocked(isServer);
        await wire.Connection.SendAsync(Message(1, 1));
        wire.Receive("89 01 61 89 02 62 62");
        wire.Receive("89 03 63 63 63");
        wire.Transport.Writer.Release();
        Assert.Equal("82 01 00 8a 03 63 63 63 82 01 01", wire.Sent());

        wire.Receive("89 01 64");
        Assert.Equal("8a 01 64", wire.Sent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pong_passes_between_two_messages_that_wait_with_their_callers(bool isServer)
    {
        Wire wire = Blocked(isServer);
        Task one = wire.Connection.SendAsync(Message(1, 100_000)).AsTask();
        Task two = wire.Connection.SendAsync(Message(2, 100_000)).AsTask();
        wire.Transport.Writer.Release();
        wire.Run();
        wire.Receive("89 01 61");                   // the first of the two is under way
        Assert.Equal([0, 1], await FirstBytes(wire, 2));
        Assert.Equal(RawFrame.Pong, (await wire.NextAsync()).Opcode);
        Assert.Equal([2], await FirstBytes(wire, 1));
        await wire.Within(Task.WhenAll(one, two));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_close_goes_behind_what_was_accepted_and_refuses_what_waits(bool isServer)
    {
        Wire wire = Blocked(isServer, Bound50);
        await wire.Connection.SendAsync(Message(1, 1));
        Task beyond = wire.Connection.SendAsync(Message(2, 60)).AsTask();
        Task large = wire.Connection.SendAsync(Message(3, Direct)).AsTask();
        Task streamed = wire.Connection.SendStreamAsync(new MemoryStream([4])).AsTask();

        Task<WebSocketCloseResult> closed = wire.Connection.CloseAsync(WebSocketCloseStatus.PolicyViolation, "no");
        foreach (Task refused in new[] { beyond, large, streamed })
        {
            WebSocketClosedException error = await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(refused));
            Assert.Equal(WebSocketCloseStatus.PolicyViolation, error.Result.Status);
        }
        wire.Transport.Writer.Release();
        Assert.Equal("82 01 00 82 01 01 88 04 03 f0 6e 6f", wire.Sent());
        wire.Receive("88 02 03 f0");
        wire.HangUp();
        Assert.True((await wire.Within(closed)).IsClean);
        Assert.Equal("", wire.Sent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_close_goes_behind_a_large_message_that_has_begun(bool isServer)
    {
        Wire wire = new(isServer);
        Task sent = wire.Connection.SendAsync(Message(1, 200_000)).AsTask();
        _ = wire.Connection.CloseAsync();
        Assert.Equal(200_000, (await wire.NextAsync()).Payload.Length);
        await wire.Within(sent);
        Assert.Equal("88 02 03 e8", Bytes.ToHex(FrameBytes.Write(await wire.NextAsync())));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pong_that_is_owed_leaves_before_the_close_frame(bool isServer)
    {
        Wire wire = Blocked(isServer);
        wire.Receive("89 01 61");
        _ = wire.Connection.CloseAsync();
        wire.Receive("89 01 62");                   // nothing is owed after our close frame
        wire.Transport.Writer.Release();
        Assert.Equal("82 01 00 8a 01 61 88 02 03 e8", wire.Sent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pings_wait_in_their_order(bool isServer)
    {
        Wire wire = Blocked(isServer);
        await wire.Connection.SendAsync(Message(1, 1));
        Task<TimeSpan> ping = wire.Connection.PingAsync();
        await wire.Connection.SendAsync(Message(2, 1));
        wire.Transport.Writer.Release();
        Assert.Equal("82 01 00 82 01 01 89 08 00 00 00 00 00 00 00 01 82 01 02", wire.Sent());
        Assert.False(ping.IsCompleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FlushAsync_waits_until_the_transport_has_everything(bool isServer)
    {
        Wire wire = Blocked(isServer);
        await wire.Connection.SendAsync(Message(1, 1));
        Task flush = wire.Connection.FlushAsync().AsTask();
        using CancellationTokenSource cts = new();
        Task impatient = wire.Connection.FlushAsync(cts.Token).AsTask();
        await cts.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.Within(impatient));
        Assert.False(flush.IsCompleted);
        wire.Transport.Writer.Release();
        await wire.Within(flush);
        Assert.Equal("82 01 00 82 01 01", wire.Sent());
        Assert.True(wire.Connection.FlushAsync().IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fragment_waits_for_a_transport_that_takes_nothing_and_the_source_is_not_read_on(bool isServer)
    {
        Wire wire = Blocked(isServer, Bound50);
        MemoryStream source = new(Wire.Pattern(300_000));
        Task streamed = wire.Connection.SendStreamAsync(source).AsTask();
        Assert.Equal(0, source.Position);                   // the data path is not its own yet
        wire.Transport.Writer.Release();
        Assert.Equal([0], await FirstBytes(wire, 1));
        List<byte> received = [];
        int mostAhead = 0;
        for (bool isLast = false; !isLast;)
        {
            RawFrame frame = await wire.NextAsync();
            Assert.Equal(received.Count == 0 ? RawFrame.Binary : RawFrame.Continuation, frame.Opcode);
            received.AddRange(frame.Payload.Span);
            mostAhead = Math.Max(mostAhead, (int)source.Position - received.Count);
            isLast = frame.IsFinal;
        }
        await wire.Within(streamed);
        Assert.Equal(Wire.Pattern(300_000), received);
        Assert.InRange(mostAhead, 0, 3 * 64 * 1024);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, Direct)]
    [InlineData(false, 1)]
    [InlineData(false, Direct)]
    public async Task A_last_fragment_that_waits_goes_first_and_gives_the_data_path_back(bool isServer, int size)
    {
        Wire wire = new(isServer, Bound50);
        FrameSender sender = wire.Core.Sender;
        await sender.ReserveAsync(mayQueue: false, CancellationToken.None);
        wire.Transport.Writer.Hold();
        await sender.SendFragmentAsync(new(Opcode.Binary, false), Message(0, 1), CancellationToken.None);
        Task accepted = sender.SendFragmentAsync(new(Opcode.Continuation, false), Message(1, 40), CancellationToken.None).AsTask();
        Task other = wire.Connection.SendAsync(Message(3, 1)).AsTask();
        Task last = sender.SendFragmentAsync(new(Opcode.Continuation, true), Message(2, size + 20), CancellationToken.None).AsTask();
        Assert.True(accepted.IsCompletedSuccessfully);
        Assert.False(other.IsCompleted || last.IsCompleted);
        wire.Transport.Writer.Release();
        Assert.Equal([0, 1, 2, 3], await FirstBytes(wire, 4));
        await wire.Within(Task.WhenAll(last, other));
        await wire.Connection.SendAsync(Message(4, 1));
        Assert.Equal([4], await FirstBytes(wire, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_in_fragments_that_is_canceled_while_it_waits_for_its_turn_is_taken_back(bool isServer)
    {
        Wire wire = Blocked(isServer);
        using CancellationTokenSource cts = new();
        Task streamed = wire.Connection.SendStreamAsync(new MemoryStream([1]), ct: cts.Token).AsTask();
        Task next = wire.Connection.SendAsync(Message(2, 1)).AsTask();
        await cts.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.Within(streamed));
        wire.Transport.Writer.Release();
        await wire.Within(next);
        Assert.Equal("82 01 00 82 01 02", wire.Sent());
        Assert.True(wire.Connection.IsOpen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_in_fragments_that_is_canceled_before_its_first_is_taken_back(bool isServer)
    {
        Wire wire = new(isServer);
        using CancellationTokenSource cts = new();
        Task streamed = wire.Connection.SendStreamAsync(new NeverStream(), ct: cts.Token).AsTask();
        Task next = wire.Connection.SendAsync(Message(2, 1)).AsTask();
        Assert.False(next.IsCompleted);
        await cts.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.Within(streamed));
        await wire.Within(next);
        Assert.Equal("82 01 02", wire.Sent());
        Assert.True(wire.Connection.IsOpen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_in_fragments_that_ends_halfway_closes_with_1011(bool isServer)
    {
        Wire wire = new(isServer);
        using CancellationTokenSource cts = new();
        Task streamed = wire.Connection.SendStreamAsync(new NeverStream([7]), ct: cts.Token).AsTask();
        Task next = wire.Connection.SendAsync(Message(2, 1)).AsTask();
        await cts.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.Within(streamed));
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(next));
        Assert.Equal("02 01 07", Bytes.ToHex(FrameBytes.Write(wire.Next())));
        Assert.Equal(1011, wire.Next().CloseCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_source_that_fails_halfway_closes_with_1011_and_its_exception_comes_back(bool isServer)
    {
        Wire wire = new(isServer);
        NeverStream source = new([7]) { Error = new InvalidDataException("disk") };
        InvalidDataException error = await Assert.ThrowsAsync<InvalidDataException>(async () => await wire.Connection.SendStreamAsync(source));
        Assert.Equal("disk", error.Message);
        Assert.Equal("02 01 07", Bytes.ToHex(FrameBytes.Write(wire.Next())));
        Assert.Equal(1011, wire.Next().CloseCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transport_that_breaks_ends_all_that_wait(bool isServer)
    {
        Wire wire = Blocked(isServer, Bound50);
        Task[] waiting =
        [
            wire.Connection.SendAsync(Message(1, 60)).AsTask(),
            wire.Connection.SendAsync(Message(2, Direct)).AsTask(),
            wire.Connection.SendStreamAsync(new MemoryStream([3])).AsTask(),
            wire.Connection.PingAsync(),
            wire.Connection.ReceiveAsync().AsTask(),
        ];
        Task flush = wire.Connection.FlushAsync().AsTask();
        wire.Transport.Writer.IsBroken = true;
        wire.Transport.Writer.Release();
        foreach (Task task in waiting)
            await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(task));
        await wire.Within(flush);
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.Equal(WebSocketCloseInitiator.Remote, result.Initiator);
        Assert.IsType<IOException>(result.Error);
        Assert.True(wire.Connection.FlushAsync().IsCompletedSuccessfully);
        Assert.Equal(1, wire.Transport.Disposals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transport_that_breaks_ends_the_connection_while_reading_is_held_back(bool isServer)
    {
        Wire wire = new(isServer, new() { ReadAhead = 1 });
        _ = wire.Connection.ReceiveAsync().AsTask();
        wire.Receive("81 01 61 81 01 62");
        Assert.False(wire.Transport.Reader.IsWaiting);
        wire.Transport.Writer.Hold();
        await wire.Connection.SendAsync(Message(1, 1));
        wire.Break();
        wire.Transport.Writer.Release();
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.IsType<IOException>(result.Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_send_does_not_outlive_a_peer_that_ended_its_side_without_a_close_frame(bool isServer)
    {
        Wire wire = new(isServer);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Receive("81 01 61");
        WebSocketMessage message = (await receive)!.Value;
        Task echo = wire.Connection.SendAsync(Message(1, 200_000)).AsTask();
        wire.HangUp();
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(echo));
        Assert.False((await wire.Within(wire.Connection.Completion)).IsClean);
        Assert.Equal("a", message.Text);
    }

    /// <summary>The one frame 82 01 00 is with a transport that takes nothing.</summary>
    private static Wire Blocked(bool isServer = true, WebSocketEndpointOptions? options = null)
    {
        Wire wire = new(isServer, options);
        wire.Transport.Writer.Hold();
        Assert.True(wire.Connection.SendAsync(Message(0, 1)).IsCompletedSuccessfully);
        return wire;
    }

    private static byte[] Message(byte first, int size)
    {
        byte[] message = Wire.Pattern(size, first);
        message[0] = first;
        return message;
    }

    /// <summary>Which messages come next.</summary>
    private static async Task<List<int>> FirstBytes(Wire wire, int count)
    {
        List<int> first = [];
        while (first.Count < count)
            first.Add((await wire.NextAsync()).Payload.Span[0]);
        return first;
    }

    /// <summary>Gives some bytes, then nothing until it is canceled, or an error.</summary>
    private sealed class NeverStream(params byte[] bytes) : MemoryStream(bytes)
    {
        public Exception? Error { get; init; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position < Length)
                return Read(buffer.Span);
            if (Error is not null)
                throw Error;
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return 0;
        }
    }
}
