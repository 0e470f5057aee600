using System.Buffers;
using System.Runtime.InteropServices;
using RawWs.Protocol.Framing;
using Xunit;

namespace RawWs.Tests.Protocol.Framing;

public class MessageBufferTests
{
    private const long OneGiB = 1L << 30;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(5000)]
    public void What_was_appended_is_written_in_order(int piece)
    {
        byte[] message = Pattern(100_000);
        MessageBuffer buffer = new();
        for (int begin = 0; begin < message.Length; begin += piece)
            buffer.Append(message.AsSpan(begin, Math.Min(piece, message.Length - begin)), message.Length);
        Assert.Equal(message.Length, buffer.Length);
        Assert.True(message.AsSpan().SequenceEqual(buffer.Written.Span));
        buffer.Reset();
    }

    [Fact]
    public void A_new_buffer_and_empty_appends_hold_nothing()
    {
        MessageBuffer buffer = new();
        Assert.Equal(0, buffer.Length);
        Assert.True(buffer.Written.IsEmpty);
        buffer.Append([], OneGiB);
        Assert.Empty(ArrayOf(buffer));
        buffer.Reset();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(4097)]
    [InlineData(65_536)]
    public void Memory_follows_the_bytes_received_and_not_the_length_declared(int piece)
    {
        MessageBuffer buffer = new();
        for (int i = 0; i < 100; i++)
        {
            buffer.Append(new byte[piece], OneGiB);
            int size = ArrayOf(buffer).Length;
            Assert.True(size <= Math.Max(4096, 4 * buffer.Length), $"{size} bytes hold {buffer.Length}");
        }
        buffer.Reset();
    }

    [Fact]
    public void Memory_does_not_grow_beyond_what_is_expected()
    {
        MessageBuffer buffer = new();
        buffer.Append(new byte[60_000], 65_536);
        Assert.Equal(65_536, ArrayOf(buffer).Length);    // already the pool's next size
        buffer.Append(new byte[5_536], 65_536);
        Assert.Equal(65_536, ArrayOf(buffer).Length);
        buffer.Append(new byte[1], 70_000);
        Assert.Equal(131_072, ArrayOf(buffer).Length);    // the pool's size for 70,000, not for four times as much
        buffer.Reset();
    }

    [Fact]
    public void More_than_was_expected_is_held_as_well()
    {
        MessageBuffer buffer = new();
        buffer.Append(new byte[10_000], expectedTotal: 1);
        buffer.Append(Pattern(10_000), expectedTotal: 1);
        Assert.Equal(20_000, buffer.Length);
        Assert.True(Pattern(10_000).AsSpan().SequenceEqual(buffer.Written.Span[10_000..]));
        buffer.Reset();
    }

    [Fact]
    public void Reset_empties_the_buffer_for_the_next_message()
    {
        MessageBuffer buffer = new();
        buffer.Append(Pattern(10), 10);
        buffer.Reset();
        Assert.Equal(0, buffer.Length);
        Assert.True(buffer.Written.IsEmpty);
        buffer.Append(Pattern(20), 20);
        Assert.Equal(Pattern(20), buffer.Written.ToArray());
        buffer.Reset();
    }

    [Fact]
    public void Memory_is_given_back_exactly_once()
    {
        MessageBuffer buffer = new();
        buffer.Append(new byte[4096], 4096);
        byte[] used = ArrayOf(buffer);
        buffer.Reset();
        buffer.Reset();
        byte[] first = ArrayPool<byte>.Shared.Rent(4096);
        byte[] second = ArrayPool<byte>.Shared.Rent(4096);
        Assert.Same(used, first);
        Assert.NotSame(used, second);
        ArrayPool<byte>.Shared.Return(first);
        ArrayPool<byte>.Shared.Return(second);
    }

    [Fact]
    public void Outgrown_memory_is_given_back()
    {
        MessageBuffer buffer = new();
        buffer.Append(new byte[4096], 8192);
        byte[] outgrown = ArrayOf(buffer);
        buffer.Append(new byte[1], 8192);
        byte[] rented = ArrayPool<byte>.Shared.Rent(4096);
        Assert.Same(outgrown, rented);
        ArrayPool<byte>.Shared.Return(rented);
        buffer.Reset();
    }

#if DEBUG
    [Fact]
    public void A_debug_build_fills_memory_that_was_given_back()
    {
        MessageBuffer buffer = new();
        buffer.Append(Pattern(100), 100);
        ReadOnlyMemory<byte> kept = buffer.Written;
        buffer.Reset();
        Assert.True(kept.Span.IndexOfAnyExcept((byte)0xDD) < 0, "old content can be read");
    }
#endif

    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31 + 7))];

    private static byte[] ArrayOf(MessageBuffer buffer)
    {
        Assert.True(MemoryMarshal.TryGetArray(buffer.Written, out ArraySegment<byte> segment));
        return segment.Array!;
    }

    /// <summary>A message of 1 MiB that a kilobyte inflates to must not lie in four.</summary>
    [Theory]
    [InlineData(1024 * 1024)]
    [InlineData(256 * 1024)]
    [InlineData(100_000)]
    public void Room_for_what_is_inflated_grows_no_further_than_the_message_may(int limit)
    {
        MessageBuffer buffer = new();
        while (buffer.Length < limit)
        {
            buffer.MakeRoom(limit - buffer.Length);
            int room = Math.Min(buffer.GetMemory().Length, limit - buffer.Length);
            buffer.Advance(room);
        }
        buffer.MakeRoom(0);
        buffer.Advance(-1);                                             // the pool rounds up, to the next power of two
        Assert.InRange(buffer.GetMemory().Length + buffer.Length, limit, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)limit));
        buffer.Reset();
    }
}
