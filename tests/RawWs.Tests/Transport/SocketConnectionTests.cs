using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Security.Cryptography;
using RawWs.Transport;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // a token is refused here; the waits have their own bound

namespace RawWs.Tests.Transport;

public sealed class SocketConnectionTests
{
    private const int MoreThanFits = 1 << 20;

    [ThreadStatic]
    private static bool _isInside;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ten_MiB_both_ways_at_once_arrive_as_they_were_sent(bool isUnix)
    {
        const int Size = 10 << 20;
        await using SocketEnds ends = await SocketEnds.ConnectAsync(isUnix);
        byte[] there = SocketEnds.Pattern(Size, seed: 1);
        byte[] back = SocketEnds.Pattern(Size, seed: 2);
        Task peerSends = Task.Run(() =>
        {
            for (int at = 0; at < Size;)
                at += ends.Peer.Send(there.AsSpan(at));
            ends.Peer.Shutdown(SocketShutdown.Send);
        });
        Task<byte[]> peerReceives = Task.Run(() => ends.Receive(Size));
        Task<byte[]> received = HashAll(ends.Connection.Input);
        for (int at = 0; at < Size;)
        {
            int length = Math.Min(Size - at, 1 + (at % 90_000));
            await ends.Connection.Output.WriteAsync(back.AsMemory(at, length));
            at += length;
        }

        Assert.Equal(SHA256.HashData(there), await received.WaitAsync(SocketEnds.Patience));
        Assert.Equal(back, await peerReceives.WaitAsync(SocketEnds.Patience));
        await peerSends;
        Assert.Equal(Size, ends.Connection.BytesSent);
        Assert.Equal(0, ends.Pool.Outstanding);
    }

    [Fact]
    public async Task An_abort_ends_every_call_with_the_first_reason_and_resets_the_peer()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync(bufferBytes: 64 * 1024);
        Task<ReadResult> read = ends.Connection.Input.ReadAsync().AsTask();
        Task<FlushResult> write = ends.Connection.Output.WriteAsync(new byte[MoreThanFits]).AsTask();
        Assert.False(read.IsCompleted);
        Assert.False(write.IsCompleted);

        await Task.Run(() => ends.Connection.Abort("The handler failed."));
        ends.Connection.Abort("Too late.");

        await AssertReason("The handler failed.", () => read.WaitAsync(SocketEnds.Patience));
        await AssertReason("The handler failed.", () => write.WaitAsync(SocketEnds.Patience));
        await AssertReason("The handler failed.", async () => await ends.Connection.Input.ReadAsync());
        await AssertReason("The handler failed.", async () => await ends.Connection.Output.FlushAsync());
        Assert.Equal("The handler failed.", Assert.Throws<IOException>(() => ends.Connection.Output.GetMemory()).Message);
        Assert.Equal(0, ends.Pool.Outstanding);
        SocketException e = Assert.Throws<SocketException>(() => ReceiveToTheEnd(ends.Peer));
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
    }

    [Fact]
    public async Task An_abort_resets_the_peer_also_when_nothing_is_pending()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();

        ends.Connection.Abort("Over.");

        SocketException e = Assert.Throws<SocketException>(() => ends.Peer.Receive(new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
    }

    [Fact]
    public async Task An_abort_does_not_run_the_readers_code_in_its_own_stack()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        ValueTask<ReadResult> pending = ends.Connection.Input.ReadAsync();
        TaskCompletionSource<bool> wasInside = ObserveCompletion(pending);

        _isInside = true;
        ends.Connection.Abort("Over.");
        _isInside = false;

        Assert.False(await wasInside.Task.WaitAsync(SocketEnds.Patience));
        await Assert.ThrowsAsync<IOException>(async () => await pending);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Whenever_it_is_aborted_every_block_comes_back(int steps)
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync(bufferBytes: 64 * 1024);     // its end looks at the pool
        PipeReader input = ends.Connection.Input;
        PipeWriter output = ends.Connection.Output;
        ends.Peer.Send(SocketEnds.Pattern(10_000));
        Task pending = Task.CompletedTask;
        Func<Task>[] script =
        [
            async () => input.AdvanceTo((await input.ReadAsync()).Buffer.Start),
            async () => input.AdvanceTo((await input.ReadAsync()).Buffer.GetPosition(1)),
            () => Task.FromResult(output.GetMemory()),
            () => Task.Run(() => output.Write(new byte[9000])),
            () => Task.FromResult(pending = output.WriteAsync(new byte[MoreThanFits]).AsTask()),
        ];
        for (int i = 0; i < steps; i++)
            await script[i]();

        ends.Connection.Abort("Over.");

        await AssertReason("Over.", async () => await input.ReadAsync());
        await AssertReason("Over.", async () => await output.FlushAsync());
        if (steps == script.Length)
            await AssertReason("Over.", () => pending.WaitAsync(SocketEnds.Patience));
    }

    [Fact]
    public async Task Disposing_with_a_read_pending_ends_the_read_and_then_returns_its_blocks()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        PipeReader input = ends.Connection.Input;
        ends.Peer.Send("abc"u8);
        ReadResult result = await input.ReadAsync();
        input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Task<ReadResult> pending = input.ReadAsync().AsTask();
        Assert.False(pending.IsCompleted);

        await ends.Connection.DisposeAsync();

        await AssertReason("The connection is closed.", () => pending.WaitAsync(SocketEnds.Patience));
        Assert.Equal(0, ends.Pool.Outstanding);
        await AssertReason("The connection is closed.", async () => await input.ReadAsync());
        Assert.Equal(0, ends.Peer.Receive(new byte[1]));            // no reset
    }

    [Fact]
    public async Task Disposing_with_a_write_blocked_ends_the_write_and_then_returns_its_block()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync(bufferBytes: 64 * 1024);
        ends.Connection.Output.Write(new byte[MoreThanFits]);
        Task<FlushResult> pending = ends.Connection.Output.FlushAsync().AsTask();
        Assert.False(pending.IsCompleted);

        await ends.Connection.DisposeAsync();

        await AssertReason("The connection is closed.", () => pending.WaitAsync(SocketEnds.Patience));
        Assert.Equal(0, ends.Pool.Outstanding);
    }

    [Fact]
    public async Task Disposing_is_a_polite_end_for_the_peer()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        await ends.Connection.Output.WriteAsync("abc"u8.ToArray());

        await ends.Connection.DisposeAsync();
        await ends.Connection.DisposeAsync();
        ends.Connection.Abort("Too late.");

        Assert.Equal("abc"u8.ToArray(), ends.Receive(3));
        Assert.Equal(0, ends.Peer.Receive(new byte[1]));
    }

    [Fact]
    public async Task Both_addresses_are_known_while_it_lives_and_the_peers_beyond()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        Assert.Equal(ends.Peer.LocalEndPoint, ends.Connection.RemoteEndPoint);
        Assert.Equal(ends.Peer.RemoteEndPoint, ends.Connection.LocalEndPoint);

        ends.Connection.Abort("Over.");

        Assert.Equal(ends.Peer.LocalEndPoint, ends.Connection.RemoteEndPoint);
        Assert.Null(ends.Connection.LocalEndPoint);
    }

    [Fact]
    public async Task Small_messages_cost_no_allocation()
    {
        const int WithinOneTurn = 5;
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        await using SocketConnection connection = new(ends.Connection.Socket, TimeProvider.System);
        long allocated = long.MaxValue;
        for (int round = 0; round < 10; round++)            // the first rounds on a thread leave it a segment to reuse
        {
            ValueTask<ReadResult> pending = connection.Input.ReadAsync();           // a real wait begins a new turn
            ends.Peer.Send("x"u8);
            connection.Input.AdvanceTo((await pending).Buffer.End);
            allocated = Math.Min(allocated, AllocatedBy(WithinOneTurn, connection, ends.Peer));
        }

        Assert.Equal(0, allocated);
    }

    private static long AllocatedBy(int exchanges, SocketConnection connection, Socket peer)
    {
        byte[] message = new byte[100];
        byte[] large = new byte[3000];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < exchanges; i++)
        {
            peer.Send(message);
            while (connection.Socket.Available < message.Length)
                Thread.Yield();
            ValueTask<ReadResult> read = connection.Input.ReadAsync();
            Assert.True(read.IsCompletedSuccessfully);
            ReadResult result = read.GetAwaiter().GetResult();
            connection.Output.Write(result.Buffer.FirstSpan);
            connection.Input.AdvanceTo(result.Buffer.End);
            Assert.True(connection.Output.WriteAsync(message).IsCompletedSuccessfully);
            connection.Output.Write(message);
            Assert.True(connection.Output.WriteAsync(large).IsCompletedSuccessfully);
            for (int left = (message.Length * 3) + large.Length; left > 0;)
                left -= peer.Receive(large);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static TaskCompletionSource<bool> ObserveCompletion(ValueTask<ReadResult> pending)
    {
        TaskCompletionSource<bool> wasInside = new();
        pending.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => wasInside.SetResult(_isInside));
        return wasInside;
    }

    private static async Task<byte[]> HashAll(PipeReader input)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (true)
        {
            ReadResult result = await input.ReadAsync();
            foreach (ReadOnlyMemory<byte> part in result.Buffer)
                hash.AppendData(part.Span);
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return hash.GetHashAndReset();
        }
    }

    private static void ReceiveToTheEnd(Socket socket)
    {
        byte[] buffer = new byte[1 << 20];
        while (socket.Receive(buffer) > 0)
        {
        }
    }

    private static async Task AssertReason(string reason, Func<Task> call) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<IOException>(call)).Message);
}
