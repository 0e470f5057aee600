using System.Buffers;
using RawWs.Connection;
using Xunit;

namespace RawWs.Tests.Connection;

public sealed class OutboundBufferTests
{
    [Fact]
    public void A_new_buffer_has_nothing_to_take()
    {
        OutboundBuffer buffer = new();
        Assert.Equal(0, buffer.Length);
        Assert.False(buffer.TryTake(out byte[]? array, out int length));
        Assert.Null(array);
        Assert.Equal(0, length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void What_was_written_is_taken_in_order(int piece)
    {
        byte[] content = Wire.Pattern(20_000);
        OutboundBuffer buffer = new();
        for (int begin = 0; begin < content.Length; begin += piece)
            buffer.Write(content.AsSpan(begin, Math.Min(piece, content.Length - begin)));

        Assert.Equal(content.Length, buffer.Length);
        Assert.True(buffer.TryTake(out byte[]? array, out int length));
        Assert.Equal(content, array[..length]);
        ArrayPool<byte>.Shared.Return(array);
    }

    [Fact]
    public void Memory_has_the_room_that_was_asked_for_behind_what_is_there()
    {
        OutboundBuffer buffer = new();
        buffer.Write("abc"u8);
        Assert.True(buffer.GetMemory(5000).Length >= 5000);
        "def"u8.CopyTo(buffer.GetMemory(3).Span);
        buffer.Advance(3);
        Assert.True(buffer.GetSpan().Length > 0);

        Assert.True(buffer.TryTake(out byte[]? array, out int length));
        Assert.Equal("abcdef"u8.ToArray(), array[..length]);
        ArrayPool<byte>.Shared.Return(array);
    }

    [Fact]
    public void What_was_taken_is_not_taken_again_and_not_written_to()
    {
        OutboundBuffer buffer = new();
        buffer.Write("first"u8);
        Assert.True(buffer.TryTake(out byte[]? first, out _));
        Assert.False(buffer.TryTake(out _, out _));

        buffer.Write("later"u8);
        Assert.True(buffer.TryTake(out byte[]? later, out int length));
        Assert.NotSame(first, later);
        Assert.Equal("first"u8.ToArray(), first[..5]);
        Assert.Equal("later"u8.ToArray(), later[..length]);
        ArrayPool<byte>.Shared.Return(first);
        ArrayPool<byte>.Shared.Return(later);
    }

    [Fact]
    public void Clear_drops_what_is_there_and_may_come_twice()
    {
        OutboundBuffer buffer = new();
        buffer.Write("abc"u8);
        buffer.Clear();
        buffer.Clear();
        Assert.Equal(0, buffer.Length);
        Assert.False(buffer.TryTake(out _, out _));
    }
}
