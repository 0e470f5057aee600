using System.Buffers;
using System.IO.Pipelines;
using RawWs.Tests.Support;
using RawWs.Transport;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // a token is refused here; nothing waits for another thread

namespace RawWs.Tests.Transport;

public sealed class MemoryConnectionTests
{
    private const int Window = 64 * 1024;

    private readonly ManualClock _clock = new();
    private readonly MemoryConnection _left;
    private readonly MemoryConnection _right;

    public MemoryConnectionTests() => (_left, _right) = MemoryConnection.CreatePair(_clock, PipeScheduler.Inline);

    [Fact]
    public async Task What_one_end_sends_the_other_reads_both_ways()
    {
        await _left.Output.WriteAsync("to the right"u8.ToArray());
        await _right.Output.WriteAsync("to the left"u8.ToArray());

        Assert.Equal("to the right"u8.ToArray(), await ReadAsync(_right));
        Assert.Equal("to the left"u8.ToArray(), await ReadAsync(_left));
        Assert.Equal(12, _left.BytesSent);
        Assert.Equal(11, _right.BytesSent);
        Assert.Same(_clock, _left.Time);
        Assert.Same(PipeScheduler.Inline, _right.Scheduler);
    }

    [Fact]
    public async Task Completing_the_output_is_the_end_for_the_peers_reading_only()
    {
        await _left.Output.WriteAsync("last"u8.ToArray());
        _left.Output.Complete();

        ReadResult result = await _right.Input.ReadAsync();
        Assert.True(result.IsCompleted);
        Assert.Equal("last"u8.ToArray(), result.Buffer.ToArray());

        await _right.Output.WriteAsync("still heard"u8.ToArray());
        Assert.Equal("still heard"u8.ToArray(), await ReadAsync(_left));
    }

    [Fact]
    public async Task A_write_waits_for_a_peer_that_does_not_read_and_counts_only_what_a_socket_would_hold()
    {
        Task<FlushResult> write = _left.Output.WriteAsync(new byte[3 * Window]).AsTask();
        Assert.False(write.IsCompleted);
        Assert.Equal(Window, _left.BytesSent);

        ReadResult result = await _right.Input.ReadAsync();
        _right.Input.AdvanceTo(result.Buffer.GetPosition(Window), result.Buffer.GetPosition(Window + 1));
        Assert.False(write.IsCompleted);
        Assert.Equal((2 * Window) + 1, _left.BytesSent);

        result = await _right.Input.ReadAsync();
        _right.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Assert.False((await write).IsCompleted);
        Assert.Equal(3 * Window, _left.BytesSent);
    }

    [Fact]
    public async Task An_abort_ends_ones_own_calls_with_the_reason_and_the_peers_with_a_reset()
    {
        Task<ReadResult> ownRead = _left.Input.ReadAsync().AsTask();
        Task<FlushResult> ownWrite = _left.Output.WriteAsync(new byte[3 * Window]).AsTask();
        Task<FlushResult> peersWrite = _right.Output.WriteAsync("x"u8.ToArray()).AsTask();
        await peersWrite;
        await ownRead;
        _left.Input.AdvanceTo((await ownRead).Buffer.End);
        ownRead = _left.Input.ReadAsync().AsTask();

        _left.Abort("The handler failed.");
        _left.Abort("Too late.");
        _right.Abort("Too late as well.");

        await AssertReason("The handler failed.", () => ownRead);
        await AssertReason("The handler failed.", () => ownWrite);
        await AssertReason("The handler failed.", async () => await _left.Input.ReadAsync());
        Assert.Equal("The handler failed.", Assert.Throws<IOException>(() => _left.Output.GetMemory()).Message);
        await AssertReason(MemoryConnection.ResetByPeer, async () => await _right.Input.ReadAsync());
        await AssertReason(MemoryConnection.ResetByPeer, async () => await _right.Output.FlushAsync());
    }

    [Fact]
    public async Task An_abort_wakes_the_peers_pending_calls()
    {
        Task<ReadResult> read = _right.Input.ReadAsync().AsTask();
        Task<FlushResult> write = _right.Output.WriteAsync(new byte[3 * Window]).AsTask();

        _left.Abort("Over.");

        await AssertReason(MemoryConnection.ResetByPeer, () => read);
        await AssertReason(MemoryConnection.ResetByPeer, () => write);
    }

    [Fact]
    public async Task Disposing_lets_the_peer_read_to_the_end_but_not_write()
    {
        await _left.Output.WriteAsync("last"u8.ToArray());
        Task<ReadResult> pending = _left.Input.ReadAsync().AsTask();

        await _left.DisposeAsync();
        await _left.DisposeAsync();

        await AssertReason("The connection is closed.", () => pending);
        await AssertReason("The connection is closed.", async () => await _left.Input.ReadAsync());
        await AssertReason("The connection is closed.", async () => await _left.Output.FlushAsync());
        Assert.Equal("last"u8.ToArray(), await ReadAsync(_right));
        Assert.True((await _right.Input.ReadAsync()).IsCompleted);
        await AssertReason(MemoryConnection.ResetByPeer, async () => await _right.Output.WriteAsync("x"u8.ToArray()));
    }

    [Fact]
    public async Task Completions_go_through_the_owners_scheduler()
    {
        QueueScheduler scheduler = new();
        (MemoryConnection left, MemoryConnection right) = MemoryConnection.CreatePair(_clock, scheduler);
        Task<ReadResult> read = right.Input.ReadAsync().AsTask();

        await left.Output.WriteAsync("abc"u8.ToArray());
        Assert.False(read.IsCompleted);
        scheduler.RunAll();
        right.Input.AdvanceTo((await read).Buffer.End);

        read = right.Input.ReadAsync().AsTask();
        left.Abort("Over.");
        Assert.False(read.IsCompleted);
        scheduler.RunAll();
        await AssertReason(MemoryConnection.ResetByPeer, () => read);
    }

    [Fact]
    public async Task A_token_is_refused_as_a_socket_refuses_it()
    {
        using CancellationTokenSource source = new();
        await Assert.ThrowsAsync<NotSupportedException>(async () => await _left.Input.ReadAsync(source.Token));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await _left.Output.FlushAsync(source.Token));
    }

    private static async Task<byte[]> ReadAsync(MemoryConnection connection)
    {
        ReadResult result = await connection.Input.ReadAsync();
        byte[] bytes = result.Buffer.ToArray();
        connection.Input.AdvanceTo(result.Buffer.End);
        return bytes;
    }

    private static async Task AssertReason(string reason, Func<Task> call) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<IOException>(call)).Message);

    private sealed class QueueScheduler : PipeScheduler
    {
        private readonly Queue<Action> _queue = new();

        public override void Schedule(Action<object?> action, object? state) => _queue.Enqueue(() => action(state));

        public void RunAll()
        {
            while (_queue.TryDequeue(out Action? action))
                action();
        }
    }
}
