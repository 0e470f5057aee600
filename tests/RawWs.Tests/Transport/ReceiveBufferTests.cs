using System.Buffers;
using System.Runtime.InteropServices;
using RawWs.Transport;
using Xunit;

namespace RawWs.Tests.Transport;

public sealed class ReceiveBufferTests
{
    private readonly CountingPool _pool = new();
    private ReceiveBuffer _buffer;

    public ReceiveBufferTests() => _buffer = new ReceiveBuffer(_pool);

    [Fact]
    public void Blocks_grow_when_they_are_filled_and_shrink_after_several_small_receives()
    {
        Assert.Equal(4 * 1024, ReceiveAndConsume(4 * 1024));
        Assert.Equal(16 * 1024, ReceiveAndConsume(16 * 1024));
        Assert.Equal(64 * 1024, ReceiveAndConsume(64 * 1024));
        for (int i = 0; i < 7; i++)
            Assert.Equal(64 * 1024, ReceiveAndConsume(100));
        Assert.Equal(64 * 1024, ReceiveAndConsume(20 * 1024));      // one that needs it: the count begins anew
        for (int i = 0; i < 8; i++)
            Assert.Equal(64 * 1024, ReceiveAndConsume(100));
        for (int i = 0; i < 8; i++)
            Assert.Equal(16 * 1024, ReceiveAndConsume(100));
        Assert.Equal(4 * 1024, ReceiveAndConsume(100));
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public void A_filled_block_says_that_there_may_be_more()
    {
        _buffer.GetSpan();
        Assert.True(_buffer.Commit(4 * 1024));
        _buffer.GetSpan();
        Assert.False(_buffer.Commit(4 * 1024));
    }

    [Fact]
    public void A_receive_that_finds_nothing_leaves_no_block_behind()
    {
        _buffer.GetSpan();
        Assert.Equal(1, _pool.Outstanding);

        Assert.False(_buffer.Commit(0));

        Assert.Equal(0, _pool.Outstanding);
        Assert.True(_buffer.Bytes.IsEmpty);
        Assert.False(_buffer.HasUnexamined);
    }

    [Fact]
    public void Memory_for_an_operation_that_lasts_is_not_touched_by_what_is_consumed_meanwhile()
    {
        Receive(10);
        Memory<byte> lasting = _buffer.GetMemory();
        lasting.Span[0] = 42;

        _buffer.AdvanceTo(_buffer.Bytes.End, _buffer.Bytes.End);

        Assert.Equal(1, _pool.Outstanding);
        Assert.Equal(42, lasting.Span[0]);
        _buffer.Commit(1);
        Assert.Equal(42, Assert.Single(_buffer.Bytes.ToArray()));
    }

    [Fact]
    public void Little_that_came_into_memory_of_its_own_moves_into_a_block_that_has_room()
    {
        Receive(10);
        _buffer.GetMemory().Span[0] = 42;
        Assert.Equal(2, _pool.Outstanding);

        Assert.False(_buffer.Commit(1));

        Assert.Equal(1, _pool.Outstanding);
        Assert.Equal(11, _buffer.Bytes.Length);
        Assert.Equal(42, _buffer.Bytes.ToArray()[10]);
    }

    [Fact]
    public void The_rest_of_a_block_is_used_while_a_quarter_of_it_is_left()
    {
        Assert.Equal(4096, Receive(3072));
        Assert.Equal(1024, Receive(1));
        Assert.Equal(4096, Receive(1));
        Assert.Equal(2, _pool.Outstanding);
        Assert.Equal(3074, _buffer.Bytes.Length);
    }

    [Fact]
    public void Each_block_comes_back_when_its_last_byte_is_consumed()
    {
        Receive(4096);
        Receive(16384);
        Receive(10);
        Assert.Equal(3, _pool.Outstanding);

        Advance(4095, 4095);
        Assert.Equal(3, _pool.Outstanding);
        Advance(1, 1);
        Assert.Equal(2, _pool.Outstanding);
        Advance(16384 + 9, 16384 + 10);
        Assert.Equal(1, _pool.Outstanding);
        Advance(1, 1);
        Assert.Equal(0, _pool.Outstanding);
        Assert.True(_buffer.Bytes.IsEmpty);
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 9, true)]
    [InlineData(0, 10, false)]
    [InlineData(4, 10, false)]
    [InlineData(10, 10, false)]
    public void What_lies_behind_the_examined_position_is_unexamined(int consumed, int examined, bool hasUnexamined)
    {
        Receive(10);
        Assert.True(_buffer.HasUnexamined);

        Advance(consumed, examined);

        Assert.Equal(hasUnexamined, _buffer.HasUnexamined);
        Assert.Equal(10 - consumed, _buffer.Bytes.Length);
    }

    [Fact]
    public void Positions_that_are_not_from_here_are_refused()
    {
        Receive(10);
        ReadOnlySequence<byte> stranger = new(new byte[10]);
        ReadOnlySequence<byte> own = _buffer.Bytes;

        Assert.Throws<InvalidOperationException>(() => _buffer.AdvanceTo(stranger.End, stranger.End));
        Assert.Throws<InvalidOperationException>(() => _buffer.AdvanceTo(default, default));
        Assert.Throws<InvalidOperationException>(() => _buffer.AdvanceTo(own.End, own.Start));
        _buffer.AdvanceTo(own.GetPosition(5), own.GetPosition(5));
        Assert.Throws<InvalidOperationException>(() => _buffer.AdvanceTo(own.Start, own.End));
        Assert.Equal(5, _buffer.Bytes.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Whatever_is_received_and_consumed_in_whatever_pieces_the_bytes_are_the_same(int seed)
    {
        Random random = new(seed);
        List<byte> expected = [];
        byte next = 0;
        for (int step = 0; step < 1000; step++)
        {
            Span<byte> span = _buffer.GetSpan();
            int count = random.Next(5) switch { 0 => span.Length, 1 => 0, _ => random.Next(Math.Min(span.Length, 500)) };
            for (int i = 0; i < count; i++)
                expected.Add(span[i] = next++);
            _buffer.Commit(count);

            Assert.True(_buffer.Bytes.ToArray().AsSpan().SequenceEqual(CollectionsMarshal.AsSpan(expected)), $"step {step}");
            int consumed = random.Next(2) == 0 ? expected.Count : random.Next(expected.Count + 1);
            Advance(consumed, random.Next(consumed, expected.Count + 1));
            expected.RemoveRange(0, consumed);
        }

        _buffer.Clear();
        Assert.Equal(0, _pool.Outstanding);
    }

    private int Receive(int count)
    {
        int room = _buffer.GetSpan().Length;
        _buffer.Commit(count);
        return room;
    }

    private int ReceiveAndConsume(int count)
    {
        int room = Receive(count);
        Advance(count, count);
        return room;
    }

    private void Advance(int consumed, int examined) =>
        _buffer.AdvanceTo(_buffer.Bytes.GetPosition(consumed), _buffer.Bytes.GetPosition(examined));
}
