using RawWs.Protocol.Compression;
using Xunit;

namespace RawWs.Tests.Protocol.Compression;

/// <summary>What hostile messages cost, and that nothing is lost or used after its end.</summary>
public sealed class InflaterBoundsTests
{
    private readonly byte[] _output = new byte[64 * 1024];

    [Theory]
    [InlineData(5)]
    [InlineData(1001)]
    [InlineData(5_000_000)]
    public void A_million_empty_stored_blocks_allocate_nothing(int piece)
    {
        byte[] blocks = [.. Repeat([0x00, 0x00, 0x00, 0xFF, 0xFF], 1_000_000), 0x00];
        using Inflater inflater = new(15);
        Assert.Equal((0, 0), Cost(inflater, blocks, piece));
    }

    [Fact]
    public void Final_blocks_are_taken_one_at_a_time()
    {
        byte[] blocks = Repeat([0x03, 0x00], 100_000);
        using Inflater inflater = new(15);
        ReadOnlySpan<byte> input = blocks;
        for (int left = blocks.Length; left > 0; left -= 2)
        {
            Assert.Equal(left, input.Length);
            Assert.Equal(0, inflater.Inflate(ref input, _output));
        }
        Assert.True(input.IsEmpty);
        inflater.EndMessage();
        Assert.Equal((0, 0), Cost(inflater, blocks, blocks.Length));
    }

    [Fact]
    public void A_gibibyte_of_zeros_is_read_in_slices_without_more_memory()
    {
        const int MiB = 1024 * 1024, Gibibyte = 1024 * MiB;
        byte[] message = Gibibytes(Gibibyte / MiB);
        Assert.InRange(message.Length, MiB / 2, 8 * MiB);
        using Inflater inflater = new(15);
        (long allocated, long written) = Cost(inflater, message, 16 * 1024);
        Assert.Equal((0, Gibibyte), (allocated, written));

        static byte[] Gibibytes(int pieces)
        {
            using Deflater deflater = new(6, 15, 8);
            byte[] zeros = new byte[MiB];
            byte[] output = new byte[MiB];
            List<byte> message = [];
            for (int i = 1; i <= pieces; i++)
            {
                Assert.True(deflater.TryDeflate(zeros, output, i == pieces ? DeflateFlush.Sync : DeflateFlush.None, out int written));
                message.AddRange(output.AsSpan(0, written));
            }
            return [.. message[..^4]];
        }
    }

    [Fact]
    public void What_was_not_asked_for_is_not_written()
    {
        byte[] message = Messages.Deflate(new byte[100_000]);
        using Inflater inflater = new(15);
        ReadOnlySpan<byte> input = message;
        _output.AsSpan().Fill(0xAA);
        Assert.Equal(1000, inflater.Inflate(ref input, _output.AsSpan(500, 1000)));
        Assert.Equal(-1, _output.AsSpan(0, 500).IndexOfAnyExcept((byte)0xAA));
        Assert.Equal(-1, _output.AsSpan(1500).IndexOfAnyExcept((byte)0xAA));
    }

    [Fact]
    public void Output_without_room_is_a_mistake_of_ours_and_not_of_the_peer()
    {
        using Inflater inflater = new(15);
        Assert.Throws<InvalidOperationException>(() =>
        {
            ReadOnlySpan<byte> input = [0xF2, 0x48];
            return inflater.Inflate(ref input, []);
        });
    }

    [Fact]
    public void Output_that_was_not_taken_is_not_lost_in_silence()
    {
        using Inflater inflater = new(15);
        ReadOnlySpan<byte> input = Messages.Deflate(new byte[1000]);
        Assert.Equal(100, inflater.Inflate(ref input, _output.AsSpan(0, 100)));
        Assert.Throws<WebSocketProtocolException>(inflater.EndMessage);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(47)]
    public void An_inflater_that_cannot_be_made_leaves_nothing(int windowBits) =>
        Assert.Throws<InvalidOperationException>(() => new Inflater(windowBits));

    [Fact]
    public void An_inflater_that_has_ended_cannot_be_used()
    {
        Inflater inflater = new(15);
        Messages.Inflate(inflater, Messages.Deflate("Hello"u8));
        inflater.Dispose();
        inflater.Dispose();
        Assert.True(inflater.IsClosed);
        Assert.Throws<ObjectDisposedException>(() => Messages.Inflate(inflater, [0x00]));
        Assert.Throws<ObjectDisposedException>(inflater.Reset);
    }

    private static byte[] Repeat(ReadOnlySpan<byte> block, int times)
    {
        byte[] blocks = new byte[block.Length * times];
        for (int i = 0; i < times; i++)
            block.CopyTo(blocks.AsSpan(i * block.Length));
        return blocks;
    }

    // what this thread allocates for a message, and how much is in it
    private (long Allocated, long Written) Cost(Inflater inflater, byte[] message, int piece)
    {
        Take(inflater, [0x02, 0x00], 2);                                // what the first call of all costs
        long before = GC.GetAllocatedBytesForCurrentThread();
        long written = Take(inflater, message, piece);
        return (GC.GetAllocatedBytesForCurrentThread() - before, written);
    }

    private long Take(Inflater inflater, byte[] message, int piece)
    {
        long total = 0;
        for (int begin = 0; begin < message.Length; begin += piece)
        {
            ReadOnlySpan<byte> input = message.AsSpan(begin, Math.Min(piece, message.Length - begin));
            int written;
            do
                total += written = inflater.Inflate(ref input, _output);
            while (!input.IsEmpty || written == _output.Length);
        }
        inflater.EndMessage();
        return total;
    }
}
