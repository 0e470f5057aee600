using System.Buffers;
using System.IO.Pipelines;
using RawWs.Transport.Streams;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // a token is refused here; the waits have their own bound

namespace RawWs.Tests.Transport.Streams;

public sealed class StreamPipeReaderTests
{
    private readonly CountingPool _pool = new();

    [ThreadStatic]
    private static bool _isInside;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_stream_gives_is_read(bool knowsEmptyReads)
    {
        HandStream stream = new() { KnowsEmptyReads = knowsEmptyReads };
        await using StreamConnection connection = new(stream, TimeProvider.System, _pool);
        for (int round = 0; round < 3; round++)
        {
            ValueTask<ReadResult> pending = connection.Input.ReadAsync();
            Assert.False(pending.IsCompleted);
            stream.Give("abc"u8);
            ReadResult result = await pending;
            Assert.Equal("abc"u8.ToArray(), result.Buffer.ToArray());
            connection.Input.AdvanceTo(result.Buffer.End);
        }
    }

    [Fact]
    public async Task A_reader_that_waits_holds_no_block_where_the_stream_knows_empty_reads()
    {
        HandStream stream = new();
        await using StreamConnection connection = new(stream, TimeProvider.System, _pool);
        for (int round = 0; round < 3; round++)
        {
            ValueTask<ReadResult> pending = connection.Input.ReadAsync();
            Assert.Equal(0, _pool.Outstanding);
            stream.Give("abc"u8);
            ReadResult result = await pending;
            Assert.Equal(1, _pool.Outstanding);
            connection.Input.AdvanceTo(result.Buffer.End);
            Assert.Equal(0, _pool.Outstanding);
        }
    }

    [Fact]
    public async Task A_reader_holds_one_block_while_it_waits_where_the_stream_does_not()
    {
        HandStream stream = new() { KnowsEmptyReads = false };
        StreamConnection connection = new(stream, TimeProvider.System, _pool);
        ValueTask<ReadResult> pending = connection.Input.ReadAsync();
        Assert.Equal(1, _pool.Outstanding);

        connection.Abort("over");

        Assert.Equal("over", (await Assert.ThrowsAsync<IOException>(async () => await pending)).Message);
        await connection.DisposeAsync();
        Assert.Equal(0, _pool.Outstanding);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_streams_read_stays_over_a_cancelled_one_and_its_bytes_are_there_for_the_next(bool knowsEmptyReads)
    {
        HandStream stream = new() { KnowsEmptyReads = knowsEmptyReads };
        await using StreamConnection connection = new(stream, TimeProvider.System, _pool);
        PipeReader input = connection.Input;
        for (int round = 0; round < 3; round++)
        {
            Task<ReadResult> pending = input.ReadAsync().AsTask();
            Task<bool> wasInside = pending.ContinueWith(static _ => _isInside, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            _isInside = true;
            input.CancelPendingRead();
            _isInside = false;
            Assert.False(await wasInside, "the reader's code ran inside the canceller's");
            ReadResult canceled = await pending;
            Assert.True(canceled.IsCanceled);
            input.AdvanceTo(canceled.Buffer.End);
            Assert.Equal(1, stream.PendingReads);
            Assert.False(input.TryRead(out _));
            if (round > 0)
                stream.Give("early"u8);

            ValueTask<ReadResult> next = input.ReadAsync();
            if (round == 0)
                stream.Give("after"u8);
            ReadResult result = await Within(next);
            Assert.Equal(5, result.Buffer.Length);
            Assert.False(result.IsCanceled);
            input.AdvanceTo(result.Buffer.End);
        }
    }

    [Fact]
    public async Task What_is_consumed_under_a_streams_pending_read_does_not_touch_its_block()
    {
        HandStream stream = new() { KnowsEmptyReads = false };
        await using StreamConnection connection = new(stream, TimeProvider.System, _pool);
        PipeReader input = connection.Input;
        stream.Give("abcdef"u8);
        ReadResult result = await input.ReadAsync();
        input.AdvanceTo(result.Buffer.GetPosition(2), result.Buffer.End);
        ValueTask<ReadResult> pending = input.ReadAsync();
        Assert.False(pending.IsCompleted);

        input.CancelPendingRead();
        result = await Within(pending);
        Assert.Equal("cdef"u8.ToArray(), result.Buffer.ToArray());
        input.AdvanceTo(result.Buffer.End);
        stream.Give("ghi"u8);

        result = await Within(input.ReadAsync());
        Assert.Equal("ghi"u8.ToArray(), result.Buffer.ToArray());
        input.AdvanceTo(result.Buffer.End);
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public async Task Many_small_receives_that_stay_do_not_take_a_block_each()
    {
        HandStream stream = new();
        await using StreamConnection connection = new(stream, TimeProvider.System, _pool);
        for (int i = 0; i < 1000; i++)
        {
            stream.Give("x"u8);
            ReadResult result = await Within(connection.Input.ReadAsync());
            Assert.Equal(i + 1, result.Buffer.Length);
            connection.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        Assert.Equal(1, _pool.Outstanding);
    }

    [Fact]
    public async Task The_end_comes_with_what_was_left_and_stays()
    {
        HandStream stream = new();
        await using StreamConnection connection = new(stream, TimeProvider.System, _pool);
        PipeReader input = connection.Input;
        stream.Give("abc"u8);
        ReadResult result = await input.ReadAsync();
        input.AdvanceTo(result.Buffer.GetPosition(1), result.Buffer.End);

        stream.End();

        result = await Within(input.ReadAsync());
        Assert.True(result.IsCompleted);
        Assert.Equal("bc"u8.ToArray(), result.Buffer.ToArray());
        input.AdvanceTo(result.Buffer.End);
        Assert.True(input.TryRead(out result));
        Assert.True(result is { IsCompleted: true, Buffer.IsEmpty: true });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_stream_throws_is_an_IOException_for_this_read_and_the_next(bool isPending)
    {
        HandStream stream = new();
        await using StreamConnection connection = new(stream, TimeProvider.System, _pool);
        InvalidOperationException thrown = new("Out of order.");
        if (!isPending)
            stream.Fail(thrown);

        Task<ReadResult> read = Task.Run(async () => await connection.Input.ReadAsync());
        if (isPending)
        {
            Assert.True(SpinWait.SpinUntil(() => stream.PendingReads == 1, SocketEnds.Patience));
            stream.Fail(thrown);
        }

        IOException e = await Assert.ThrowsAsync<IOException>(() => read);
        Assert.Equal("The connection's stream failed: Out of order.", e.Message);
        Assert.Equal(e.Message, (await Assert.ThrowsAsync<IOException>(async () => await connection.Input.ReadAsync())).Message);
    }

    [Fact]
    public async Task A_reader_that_never_has_to_wait_leaves_its_thread_to_others_now_and_then()
    {
        HandStream stream = new();
        await using StreamConnection connection = new(stream, TimeProvider.System, _pool);
        int inARow = 0;
        for (ValueTask<ReadResult> read = Next(); read.IsCompleted; read = Next())
        {
            connection.Input.AdvanceTo((await read).Buffer.End);
            Assert.True(++inARow < 100, "it never yields");
        }

        ValueTask<ReadResult> Next()
        {
            stream.Give("x"u8);
            return connection.Input.ReadAsync();
        }
    }

    [Fact]
    public async Task A_completed_reader_gives_its_block_back_when_the_stream_is_done_with_it()
    {
        HandStream stream = new() { KnowsEmptyReads = false, EndsCallsWhenDisposed = false };
        StreamConnection connection = new(stream, TimeProvider.System, _pool);
        ValueTask<ReadResult> pending = connection.Input.ReadAsync();
        connection.Input.CancelPendingRead();
        connection.Input.AdvanceTo((await Within(pending)).Buffer.End);

        await connection.DisposeAsync();
        Assert.Equal(1, _pool.Outstanding);
        stream.Give("x"u8);

        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public async Task A_token_that_can_be_cancelled_is_refused()
    {
        await using StreamConnection connection = new(new HandStream(), TimeProvider.System, _pool);
        using CancellationTokenSource source = new();

        Assert.Throws<NotSupportedException>(() => { connection.Input.ReadAsync(source.Token); });
        Assert.Throws<NotSupportedException>(() => { connection.Output.FlushAsync(source.Token); });
    }

    private static Task<ReadResult> Within(ValueTask<ReadResult> read) => read.AsTask().WaitAsync(SocketEnds.Patience);
}
