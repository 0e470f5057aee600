using System.Buffers;
using System.IO.Pipelines;
using RawWs.Transport.Streams;
using Xunit;

#pragma warning disable CA1001      // a stream in memory holds nothing
#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // a token is refused here; the waits have their own bound

namespace RawWs.Tests.Transport.Streams;

public sealed class StreamPipeWriterTests
{
    private readonly CountingPool _pool = new();
    private readonly HandStream _stream = new();

    [Fact]
    public async Task A_flush_is_one_write_of_all_that_is_buffered_and_flushes_the_stream()
    {
        await using StreamConnection connection = new(_stream, TimeProvider.System, _pool);
        connection.Output.Write("abc"u8);
        connection.Output.Write("def"u8);
        Assert.Equal(6, connection.Output.UnflushedBytes);

        Assert.True(connection.Output.FlushAsync().IsCompletedSuccessfully);

        Assert.Equal("abcdef"u8.ToArray(), _stream.Written);
        Assert.Equal([6], _stream.WriteSizes);
        Assert.Equal(1, _stream.Flushes);
        Assert.Equal(6, connection.BytesSent);
        Assert.Equal(0, connection.Output.UnflushedBytes);
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public async Task An_empty_flush_writes_nothing()
    {
        await using StreamConnection connection = new(_stream, TimeProvider.System, _pool);

        await connection.Output.FlushAsync();

        Assert.Empty(_stream.WriteSizes);
    }

    /// <summary>16,384 is the plaintext of a record of TLS (RFC 8446 section 5.1).</summary>
    [Theory]
    [InlineData(0, 100, new[] { 100 })]
    [InlineData(4, 100, new[] { 104 })]
    [InlineData(4, 16380, new[] { 16384 })]
    [InlineData(4, 16381, new[] { 16384, 1 })]
    [InlineData(10, 200_000, new[] { 16384, 65536, 65536, 52554 })]
    [InlineData(0, 200_000, new[] { 65536, 65536, 65536, 3392 })]
    [InlineData(16384, 100, new[] { 16384, 100 })]
    [InlineData(20_000, 20_000, new[] { 32768, 7232 })]
    public async Task A_header_leaves_with_the_first_record_of_its_payload_and_the_rest_is_not_copied(int buffered, int length, int[] writes)
    {
        await using StreamConnection connection = new(_stream, TimeProvider.System, _pool);
        byte[] bytes = SocketEnds.Pattern(buffered + length);
        connection.Output.Write(bytes.AsSpan(0, buffered));

        await connection.Output.WriteAsync(bytes.AsMemory(buffered));

        Assert.Equal(writes, _stream.WriteSizes);
        Assert.Equal(bytes, _stream.Written);
        Assert.Equal(bytes.Length, connection.BytesSent);
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public async Task While_a_flush_is_pending_more_is_buffered_and_not_flushed()
    {
        await using StreamConnection connection = new(_stream, TimeProvider.System, _pool);
        PipeWriter output = connection.Output;
        _stream.HoldsWrites = true;
        output.Write("abc"u8);
        Task<FlushResult> flush = output.FlushAsync().AsTask();
        output.Write("def"u8);

        Assert.False(flush.IsCompleted);
        Assert.Equal(3, output.UnflushedBytes);
        Assert.Throws<InvalidOperationException>(() => { output.FlushAsync(); });
        Assert.Equal(0, connection.BytesSent);

        _stream.HoldsWrites = false;
        _stream.ReleaseWrite();
        await flush.WaitAsync(SocketEnds.Patience);
        Assert.Equal(3, connection.BytesSent);
        await output.FlushAsync();
        Assert.Equal("abcdef"u8.ToArray(), _stream.Written);
        Assert.Equal(0, _pool.Outstanding);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_stream_throws_is_an_IOException_and_the_block_comes_back(bool isPending)
    {
        await using StreamConnection connection = new(_stream, TimeProvider.System, _pool);
        _stream.HoldsWrites = isPending;
        connection.Output.Write("abc"u8);
        if (!isPending)
            _stream.Dispose();
        Task<FlushResult> flush = connection.Output.FlushAsync().AsTask();
        if (isPending)
            _stream.ReleaseWrite(new InvalidOperationException("Out of order."));

        IOException e = await Assert.ThrowsAsync<IOException>(() => flush);

        Assert.StartsWith("The connection's stream failed: ", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public async Task A_completed_writer_drops_what_was_not_flushed_and_takes_no_more()
    {
        await using StreamConnection connection = new(_stream, TimeProvider.System, _pool);
        connection.Output.Write("abc"u8);

        connection.Output.Complete();
        connection.Output.Complete();

        Assert.Equal(0, _pool.Outstanding);
        Assert.Throws<InvalidOperationException>(() => connection.Output.GetMemory());
        Assert.Empty(_stream.Written);
    }
}
