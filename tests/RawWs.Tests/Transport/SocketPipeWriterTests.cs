using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // a token is refused here; the waits have their own bound

namespace RawWs.Tests.Transport;

public sealed class SocketPipeWriterTests
{
    /// <summary>Far more than the kernel takes while the peer does not read.</summary>
    private const int MoreThanFits = 1 << 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_flushed_reaches_the_peer_and_leaves_no_block(bool isUnix)
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync(isUnix);
        PipeWriter output = ends.Connection.Output;
        output.Write("abc"u8);
        output.Write("def"u8);
        Assert.Equal(6, output.UnflushedBytes);
        Assert.Equal(0, ends.Connection.BytesSent);
        Assert.Equal(1, ends.Pool.Outstanding);

        ValueTask<FlushResult> flush = output.FlushAsync();

        Assert.True(flush.IsCompletedSuccessfully);
        Assert.False((await flush).IsCompleted);
        Assert.Equal("abcdef"u8.ToArray(), ends.Receive(6));
        Assert.Equal(0, output.UnflushedBytes);
        Assert.Equal(6, ends.Connection.BytesSent);
        Assert.Equal(0, ends.Pool.Outstanding);
    }

    [Fact]
    public async Task Nothing_is_flushed_twice_and_nothing_is_nothing()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        PipeWriter output = ends.Connection.Output;
        await output.FlushAsync();
        output.GetSpan();
        await output.FlushAsync();
        Assert.Equal(0, ends.Pool.Outstanding);
        await output.WriteAsync("a"u8.ToArray());
        await output.FlushAsync();
        await output.WriteAsync("b"u8.ToArray());
        Assert.Equal("ab"u8.ToArray(), ends.Receive(2));
        Assert.Equal(2, ends.Connection.BytesSent);
    }

    [Fact]
    public async Task The_buffer_grows_with_what_is_put_into_it()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        byte[] expected = SocketEnds.Pattern(100_000);
        PipeWriter output = ends.Connection.Output;
        for (int at = 0; at < expected.Length; at += 1000)
        {
            expected.AsSpan(at, 1000).CopyTo(output.GetSpan(1000));
            output.Advance(1000);
        }

        Assert.True(output.GetMemory(70_000).Length >= 70_000);
        ValueTask<FlushResult> flush = output.FlushAsync();
        Assert.Equal(expected, ends.Receive(expected.Length));
        await Within(flush);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(14, 10)]
    [InlineData(14, 2048)]
    [InlineData(14, 2049)]
    [InlineData(0, 65_536)]
    [InlineData(14, 65_536)]
    [InlineData(5000, 1_000_000)]
    public async Task A_write_sends_what_is_buffered_and_then_its_source(int buffered, int length)
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        byte[] expected = SocketEnds.Pattern(buffered + length);
        ends.Connection.Output.Write(expected.AsSpan(0, buffered));

        Task<FlushResult> write = ends.Connection.Output.WriteAsync(expected.AsMemory(buffered)).AsTask();

        Assert.Equal(expected, ends.Receive(expected.Length));
        await write.WaitAsync(SocketEnds.Patience);
        Assert.Equal(expected.Length, ends.Connection.BytesSent);
        Assert.Equal(0, ends.Pool.Outstanding);
    }

    [Fact]
    public async Task A_source_that_is_not_an_array_is_sent_all_the_same()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        byte[] expected = SocketEnds.Pattern(100_014);
        using NativeMemoryOwner source = new(expected.AsSpan(14));
        ends.Connection.Output.Write(expected.AsSpan(0, 14));

        Task<FlushResult> write = ends.Connection.Output.WriteAsync(source.Memory).AsTask();

        Assert.Equal(expected, ends.Receive(expected.Length));
        await write.WaitAsync(SocketEnds.Patience);
    }

    [Fact]
    public async Task A_large_source_is_not_copied()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        Task<FlushResult> write = ends.Connection.Output.WriteAsync(new byte[500_000]).AsTask();
        ends.Receive(500_000);
        await write.WaitAsync(SocketEnds.Patience);
        Assert.Equal(0, ends.Pool.Rents);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_flush_waits_until_the_peer_has_made_room_for_all_of_it(bool isUnix)
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync(isUnix, bufferBytes: 64 * 1024);
        byte[] expected = SocketEnds.Pattern(MoreThanFits);
        ends.Connection.Output.Write(expected);

        Task<FlushResult> flush = ends.Connection.Output.FlushAsync().AsTask();

        Assert.False(flush.IsCompleted);
        Assert.InRange(ends.Connection.BytesSent, 1, MoreThanFits - 1);
        Assert.Equal(1, ends.Pool.Outstanding);
        byte[] received = ends.Receive(MoreThanFits);
        await flush.WaitAsync(SocketEnds.Patience);
        Assert.Equal(expected, received);
        Assert.Equal(MoreThanFits, ends.Connection.BytesSent);
        Assert.Equal(0, ends.Pool.Outstanding);
    }

    [Fact]
    public async Task The_progress_of_a_blocked_write_can_be_seen()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync(bufferBytes: 64 * 1024);
        Task<FlushResult> write = ends.Connection.Output.WriteAsync(new byte[MoreThanFits]).AsTask();
        long before = ends.Connection.BytesSent;

        ends.Receive(MoreThanFits / 2);

        Assert.True(SpinWait.SpinUntil(() => ends.Connection.BytesSent >= MoreThanFits / 2, SocketEnds.Patience));
        Assert.False(write.IsCompleted);
        Assert.True(ends.Connection.BytesSent > before);
        ends.Receive(MoreThanFits / 2);
        await write.WaitAsync(SocketEnds.Patience);
    }

    [Fact]
    public async Task While_a_flush_is_pending_more_is_buffered_but_not_flushed()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync(bufferBytes: 64 * 1024);
        PipeWriter output = ends.Connection.Output;
        byte[] expected = SocketEnds.Pattern(MoreThanFits + 3);
        Task<FlushResult> write = output.WriteAsync(expected.AsMemory(0, MoreThanFits)).AsTask();

        output.Write(expected.AsSpan(MoreThanFits));
        Assert.Equal(3, output.UnflushedBytes);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await output.FlushAsync());

        byte[] received = ends.Receive(MoreThanFits);
        await write.WaitAsync(SocketEnds.Patience);
        Task<FlushResult> flush = output.FlushAsync().AsTask();
        Assert.Equal(expected, received.Concat(ends.Receive(3)));
        await flush.WaitAsync(SocketEnds.Patience);
    }

    [Fact]
    public async Task A_blocked_write_ends_with_the_peers_reset()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync(bufferBytes: 64 * 1024);
        ends.Connection.Output.Write("head"u8);
        Task<FlushResult> write = ends.Connection.Output.WriteAsync(new byte[MoreThanFits]).AsTask();
        Assert.False(write.IsCompleted);

        ends.Peer.Close(timeout: 0);

        IOException e = await Assert.ThrowsAsync<IOException>(() => write.WaitAsync(SocketEnds.Patience));
        Assert.IsType<SocketException>(e.InnerException);
        Assert.Equal(0, ends.Pool.Outstanding);
    }

    [Fact]
    public async Task Completing_the_output_ends_the_peers_reading_only()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        await ends.Connection.Output.WriteAsync("abc"u8.ToArray());
        ends.Connection.Output.Write("never flushed"u8);

        ends.Connection.Output.Complete();
        ends.Connection.Output.Complete();

        Assert.Equal(0, ends.Pool.Outstanding);
        Assert.Equal("abc"u8.ToArray(), ends.Receive(3));
        Assert.Equal(0, ends.Peer.Receive(new byte[1]));
        ends.Peer.Send("still heard"u8);
        ReadResult result = await ends.Connection.Input.ReadAsync();
        Assert.Equal("still heard"u8.ToArray(), result.Buffer.ToArray());
        Assert.Throws<InvalidOperationException>(() => ends.Connection.Output.GetMemory());
    }

    [Fact]
    public async Task Misuse_is_refused()
    {
        await using SocketEnds ends = await SocketEnds.ConnectAsync();
        PipeWriter output = ends.Connection.Output;
        using CancellationTokenSource source = new();
        await Assert.ThrowsAsync<NotSupportedException>(async () => await output.FlushAsync(source.Token));
        Assert.Throws<NotSupportedException>(output.CancelPendingFlush);
        int room = output.GetSpan().Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(-1));
    }

    private static Task<FlushResult> Within(ValueTask<FlushResult> flush) => flush.AsTask().WaitAsync(SocketEnds.Patience);

    /// <summary>Memory outside the managed heap, of which no array can be had.</summary>
    private sealed unsafe class NativeMemoryOwner : MemoryManager<byte>
    {
        private readonly byte* _bytes;
        private readonly int _length;

        public NativeMemoryOwner(ReadOnlySpan<byte> content)
        {
            _bytes = (byte*)NativeMemory.Alloc((nuint)content.Length);
            _length = content.Length;
            content.CopyTo(GetSpan());
        }

        public override Span<byte> GetSpan() => new(_bytes, _length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(_bytes + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing) => NativeMemory.Free(_bytes);
    }
}
