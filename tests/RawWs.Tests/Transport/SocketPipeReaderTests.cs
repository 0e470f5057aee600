using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // a token is refused here; the waits have their own bound

namespace RawWs.Tests.Transport;

public sealed class SocketPipeReaderTests
{
    [ThreadStatic]
    private static bool _isInside;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_peer_sends_is_read(bool isUnix)
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync(isUnix);
        PipeReader input = ends.Connection.Input;
        ValueTask<ReadResult> pending = input.ReadAsync();
        Assert.False(pending.IsCompleted);

        ends.Peer.Send("abc"u8);

        ReadResult result = await Within(pending);
        Assert.Equal("abc"u8.ToArray(), result.Buffer.ToArray());
        Assert.False(result.IsCompleted);
        Assert.False(result.IsCanceled);
        input.AdvanceTo(result.Buffer.End);
    }

    [Fact]
    public async Task What_is_there_already_is_read_at_once()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        ends.Peer.Send("abc"u8);
        WaitUntilArrived(ends, 3);

        ValueTask<ReadResult> read = ends.Connection.Input.ReadAsync();

        Assert.True(read.IsCompletedSuccessfully);
        Assert.Equal(3, (await read).Buffer.Length);
    }

    [Fact]
    public async Task A_reader_that_waits_holds_no_block()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        PipeReader input = ends.Connection.Input;
        for (int i = 0; i < 3; i++)
        {
            ValueTask<ReadResult> pending = input.ReadAsync();
            Assert.False(pending.IsCompleted);
            Assert.Equal(0, ends.Pool.Outstanding);
            ends.Peer.Send("abc"u8);
            ReadResult result = await Within(pending);
            Assert.Equal(1, ends.Pool.Outstanding);
            input.AdvanceTo(result.Buffer.End);
        }

        Assert.Equal(0, ends.Pool.Outstanding);
    }

    [Fact]
    public async Task What_is_not_examined_is_read_again_at_once_and_what_is_examined_is_not()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        PipeReader input = ends.Connection.Input;
        ends.Peer.Send("abcdef"u8);
        ReadResult result = await ReadAtLeast(input, 6);

        input.AdvanceTo(result.Buffer.GetPosition(1), result.Buffer.GetPosition(4));
        Assert.True(input.TryRead(out result));
        Assert.Equal("bcdef"u8.ToArray(), result.Buffer.ToArray());

        input.AdvanceTo(result.Buffer.GetPosition(1), result.Buffer.End);
        Assert.False(input.TryRead(out _));
        ValueTask<ReadResult> pending = input.ReadAsync();
        Assert.False(pending.IsCompleted);

        ends.Peer.Send("g"u8);
        result = await Within(pending);
        Assert.Equal("cdefg"u8.ToArray(), result.Buffer.ToArray());
    }

    [Fact]
    public async Task Bytes_that_are_not_consumed_stay_where_they_are()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        PipeReader input = ends.Connection.Input;
        byte[] sent = SocketEnds.Pattern(200_000);
        ends.Peer.Send(sent.AsSpan(0, 10));
        ReadResult result = await ReadAtLeast(input, 10);
        Assert.True(MemoryMarshal.TryGetArray(result.Buffer.First, out ArraySegment<byte> before));
        input.AdvanceTo(result.Buffer.GetPosition(4), result.Buffer.End);

        ends.Peer.Send(sent.AsSpan(10));
        result = await ReadAtLeast(input, sent.Length - 4);

        Assert.True(MemoryMarshal.TryGetArray(result.Buffer.First, out ArraySegment<byte> after));
        Assert.Same(before.Array, after.Array);
        Assert.Equal(before.Offset + 4, after.Offset);
        Assert.Equal(sent[4..], result.Buffer.ToArray());
        input.AdvanceTo(result.Buffer.End);
        Assert.Equal(0, ends.Pool.Outstanding);
    }

    [Fact]
    public async Task The_end_comes_with_what_was_left_and_stays()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        PipeReader input = ends.Connection.Input;
        ends.Peer.Send("abc"u8);
        ReadResult result = await ReadAtLeast(input, 3);
        input.AdvanceTo(result.Buffer.GetPosition(1), result.Buffer.End);

        ends.Peer.Shutdown(SocketShutdown.Send);

        result = await Within(input.ReadAsync());
        Assert.True(result.IsCompleted);
        Assert.Equal("bc"u8.ToArray(), result.Buffer.ToArray());
        input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Assert.True(input.TryRead(out result));
        Assert.True(result.IsCompleted);
        Assert.Equal(2, result.Buffer.Length);
        input.AdvanceTo(result.Buffer.End);
        result = await Within(input.ReadAsync());
        Assert.True(result.IsCompleted);
        Assert.True(result.Buffer.IsEmpty);
        input.AdvanceTo(result.Buffer.End);
    }

    [Fact]
    public async Task A_reset_by_the_peer_is_an_IOException_with_the_cause_inside()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        ValueTask<ReadResult> pending = ends.Connection.Input.ReadAsync();

        ends.Peer.Close(timeout: 0);

        IOException e = await Assert.ThrowsAsync<IOException>(() => Within(pending));
        Assert.Equal("The peer reset the connection.", e.Message);
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(e.InnerException).SocketErrorCode);
        Assert.Equal(e.Message, (await Assert.ThrowsAsync<IOException>(async () => await ends.Connection.Input.ReadAsync())).Message);
    }

    [Fact]
    public async Task A_reset_that_came_before_the_read_is_the_same()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        ends.Peer.Close(timeout: 0);
        Assert.True(ends.Connection.Socket.Poll(SocketEnds.Patience, SelectMode.SelectRead));

        IOException e = await Assert.ThrowsAsync<IOException>(async () => await ends.Connection.Input.ReadAsync());

        Assert.Equal("The peer reset the connection.", e.Message);
    }

    [Fact]
    public async Task A_reset_that_a_send_was_told_of_is_no_clean_end_for_the_reader()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        ends.Peer.Close(timeout: 0);
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (true)
                await ends.Connection.Output.WriteAsync("x"u8.ToArray());
        });

        await Assert.ThrowsAsync<IOException>(async () => await ends.Connection.Input.ReadAsync());
    }

    [Fact]
    public async Task A_cancelled_read_completes_outside_the_cancellers_stack_and_the_next_one_goes_on()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        PipeReader input = ends.Connection.Input;
        for (int i = 0; i < 3; i++)
        {
            ValueTask<ReadResult> pending = input.ReadAsync();
            TaskCompletionSource<bool> wasInside = ObserveCompletion(pending);
            _isInside = true;
            input.CancelPendingRead();
            _isInside = false;
            Assert.False(await wasInside.Task.WaitAsync(SocketEnds.Patience));
            ReadResult canceled = await pending;
            Assert.True(canceled.IsCanceled);
            Assert.True(canceled.Buffer.IsEmpty);
            input.AdvanceTo(canceled.Buffer.End);

            ends.Peer.Send("abc"u8);
            ReadResult result = await Within(input.ReadAsync());
            Assert.False(result.IsCanceled);
            Assert.Equal("abc"u8.ToArray(), result.Buffer.ToArray());
            input.AdvanceTo(result.Buffer.End);
        }
    }

    [Fact]
    public async Task What_arrives_after_a_cancelled_read_is_there_for_the_next()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        PipeReader input = ends.Connection.Input;
        ValueTask<ReadResult> pending = input.ReadAsync();
        input.CancelPendingRead();
        Assert.True((await Within(pending)).IsCanceled);
        ends.Peer.Send("abc"u8);
        WaitUntilArrived(ends, 3);

        ReadResult result = await Within(input.ReadAsync());

        Assert.Equal("abc"u8.ToArray(), result.Buffer.ToArray());
    }

    [Fact]
    public async Task A_cancellation_that_meets_no_read_ends_the_next_one_and_only_that()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        PipeReader input = ends.Connection.Input;
        input.CancelPendingRead();
        input.CancelPendingRead();

        ValueTask<ReadResult> read = input.ReadAsync();

        Assert.True(read.IsCompletedSuccessfully);
        Assert.True((await read).IsCanceled);
        ValueTask<ReadResult> next = input.ReadAsync();
        Assert.False(next.IsCompleted);
        ends.Peer.Send("abc"u8);
        Assert.False((await Within(next)).IsCanceled);
    }

    [Fact]
    public async Task No_byte_is_lost_when_cancelling_races_with_receiving()
    {
        const int Rounds = 2000;
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        PipeReader input = ends.Connection.Input;
        int received = 0;
        for (int round = 0; round < Rounds; round++)
        {
            Task<ReadResult> first = input.ReadAsync().AsTask();
            Task canceller = Task.Run(input.CancelPendingRead);
            ends.Peer.Send("x"u8);
            Task<ReadResult> read = first;
            while (received <= round)
            {
                ReadResult result = await read.WaitAsync(SocketEnds.Patience);
                received += (int)result.Buffer.Length;
                input.AdvanceTo(result.Buffer.End);
                if (received <= round)
                    read = input.ReadAsync().AsTask();
            }

            await canceller;
        }

        Assert.Equal(Rounds, received);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_peer_that_never_stops_sending_does_not_keep_the_thread_for_itself(bool isUnix)
    {
        const int LongestTurn = 16;
        const int Size = 32 << 20;
        await using SocketEnds ends = await SocketEnds.ConnectAsync(isUnix);
        PipeReader input = ends.Connection.Input;
        Task sender = Task.Run(() => ends.Peer.Send(new byte[Size]));
        int longest = 0;
        int turn = 0;
        for (long received = 0; received < Size;)
        {
            ValueTask<ReadResult> read = input.ReadAsync();
            turn = read.IsCompleted ? turn + 1 : 1;
            longest = Math.Max(longest, turn);
            ReadResult result = await Within(read);
            received += result.Buffer.Length;
            input.AdvanceTo(result.Buffer.End);
        }

        Assert.InRange(longest, 1, LongestTurn);
        await sender;
    }

    [Fact]
    public async Task Completing_the_reader_returns_what_was_not_consumed()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        PipeReader input = ends.Connection.Input;
        ends.Peer.Send(SocketEnds.Pattern(20_000));
        ReadResult result = await ReadAtLeast(input, 20_000);
        input.AdvanceTo(result.Buffer.GetPosition(5), result.Buffer.End);
        Assert.NotEqual(0, ends.Pool.Outstanding);

        input.Complete();
        input.Complete();

        Assert.Equal(0, ends.Pool.Outstanding);
        Assert.Throws<InvalidOperationException>(() => input.TryRead(out _));
    }

    [Fact]
    public async Task Misuse_is_refused()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        PipeReader input = ends.Connection.Input;
        using CancellationTokenSource source = new();
        await Assert.ThrowsAsync<NotSupportedException>(async () => await input.ReadAsync(source.Token));
        ends.Peer.Send("abc"u8);
        ReadResult result = await ReadAtLeast(input, 3);
        Assert.Throws<InvalidOperationException>(() => input.AdvanceTo(result.Buffer.End, result.Buffer.Start));
        input.AdvanceTo(result.Buffer.End);

        ValueTask<ReadResult> pending = input.ReadAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await input.ReadAsync());
        Assert.Throws<InvalidOperationException>(() => input.TryRead(out _));
        Assert.Throws<InvalidOperationException>(() => input.AdvanceTo(default));
        ends.Peer.Send("d"u8);
        await Within(pending);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_same_script_gives_the_same_as_a_Pipe(int seed)
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync(bufferBytes: 1 << 20);
        Pipe oracle = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        Random random = new(seed);
        int unconsumed = 0;
        for (int step = 0; step < 300; step++)
        {
            byte[] bytes = SocketEnds.Pattern(random.Next(4) == 0 ? random.Next(1, 100_000) : random.Next(1, 300), seed: (seed * 1000) + step);
            ends.Peer.Send(bytes);
            await oracle.Writer.WriteAsync(bytes);
            unconsumed += bytes.Length;

            ReadResult expected = await ReadAtLeast(oracle.Reader, unconsumed);
            ReadResult actual = await ReadAtLeast(ends.Connection.Input, unconsumed);
            Assert.Equal(expected.Buffer.ToArray(), actual.Buffer.ToArray());

            int consumed = random.Next(3) == 0 ? unconsumed : random.Next(unconsumed + 1);
            int examined = random.Next(3) == 0 ? unconsumed : random.Next(consumed, unconsumed + 1);
            oracle.Reader.AdvanceTo(expected.Buffer.GetPosition(consumed), expected.Buffer.GetPosition(examined));
            ends.Connection.Input.AdvanceTo(actual.Buffer.GetPosition(consumed), actual.Buffer.GetPosition(examined));
            unconsumed -= consumed;
            bool isMore = oracle.Reader.TryRead(out expected);
            Assert.Equal(isMore, ends.Connection.Input.TryRead(out actual));
            if (isMore)
            {
                Assert.Equal(expected.Buffer.ToArray(), actual.Buffer.ToArray());
                oracle.Reader.AdvanceTo(expected.Buffer.Start, expected.Buffer.End);
                ends.Connection.Input.AdvanceTo(actual.Buffer.Start, actual.Buffer.End);
            }
        }
    }

    private static TaskCompletionSource<bool> ObserveCompletion(ValueTask<ReadResult> pending)
    {
        TaskCompletionSource<bool> wasInside = new();
        pending.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => wasInside.SetResult(_isInside));
        return wasInside;
    }

    private static async Task<ReadResult> ReadAtLeast(PipeReader input, int count)
    {
        while (true)
        {
            ReadResult result = await Within(input.ReadAsync());
            if (result.Buffer.Length >= count)
                return result;
            Assert.False(result.IsCompleted);
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static Task<ReadResult> Within(ValueTask<ReadResult> read) => read.AsTask().WaitAsync(SocketEnds.Patience);

    private static void WaitUntilArrived(SocketEnds ends, int count) =>
        Assert.True(SpinWait.SpinUntil(() => ends.Connection.Socket.Available >= count, SocketEnds.Patience));
}
