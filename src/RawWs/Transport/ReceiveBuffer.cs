using System.Buffers;

namespace RawWs.Transport;

/// <summary>The received bytes that are not consumed yet, in pooled blocks that are never moved; it holds no block when there are none.</summary>
internal struct ReceiveBuffer(ArrayPool<byte> pool)
{
    public const int SmallestBlock = 4 * 1024;
    public const int LargestBlock = 64 * 1024;

    private const int Step = 4;
    private const int SmallReceivesToShrink = 8;

    private readonly ArrayPool<byte> _pool = pool;
    private ReceiveSegment? _head;
    private ReceiveSegment? _tail;

    /// <summary>A segment that was dropped, for whoever receives next on this thread: an idle connection keeps none.</summary>
    [ThreadStatic]
    private static ReceiveSegment? _spare;

    /// <summary>Before <see cref="Commit"/>: the segment with a block that is not in the chain yet.</summary>
    private ReceiveSegment? _fresh;

    /// <summary>How much of the head is consumed.</summary>
    private int _start;
    private int _blockSize = SmallestBlock;
    private byte _smallReceives;

    /// <summary>Whether there are bytes that the consumer has not even looked at.</summary>
    public bool HasUnexamined { get; private set; }

    public readonly ReadOnlySequence<byte> Bytes =>
        _head is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_head, _start, _tail!, _tail!.End);

    /// <summary>Where to receive; <see cref="Commit"/> must follow.</summary>
    public Span<byte> GetSpan()
    {
        if (_tail is { HasRoom: true })
            return _tail.Free.Span;
        return GetMemory().Span;
    }

    /// <summary>Where to receive by an operation that may last: nothing that is consumed meanwhile touches it. <see cref="Commit"/> must follow.</summary>
    public Memory<byte> GetMemory()
    {
        (_fresh, _spare) = (_spare ?? new ReceiveSegment(), null);
        _fresh.Begin(_pool.Rent(_blockSize));
        Memory<byte> free = _fresh.Free;
        return free.Length <= LargestBlock ? free : free[..LargestBlock];
    }

    /// <summary>Takes what was received; zero when nothing was. True when the space is full, so that more may be waiting.</summary>
    public bool Commit(int count)
    {
        ReceiveSegment? fresh = _fresh;
        _fresh = null;
        if (count == 0)
        {
            if (fresh is not null)
                Drop(fresh);
            return false;
        }

        if (fresh is not null && !TryMove(fresh, count))
            Link(fresh);
        bool isFull = count == Math.Min(_tail!.Free.Length, LargestBlock);
        _tail.Add(count);
        HasUnexamined = true;
        Adapt(count, isFull);
        return isFull;
    }

    public void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_head is null)
            return;
        (ReceiveSegment from, long consumedAt) = Locate(consumed);
        (_, long examinedAt) = Locate(examined);
        long end = _tail!.RunningIndex + _tail.End;
        if (consumedAt < _head.RunningIndex + _start || examinedAt < consumedAt || examinedAt > end)
            throw new InvalidOperationException("A position lies outside what was read, or was examined less than it was consumed.");

        HasUnexamined = examinedAt < end;
        while (_head != from)
            DropHead();
        _start = consumed.GetInteger();
        if (_start == _head!.End)
            DropHead();
    }

    /// <summary>Returns every block.</summary>
    public void Clear()
    {
        while (_head is not null)
            DropHead();
        HasUnexamined = false;
    }

    private static (ReceiveSegment Segment, long At) Locate(SequencePosition position) =>
        position.GetObject() is ReceiveSegment segment
            ? (segment, segment.RunningIndex + position.GetInteger())
            : throw new InvalidOperationException("A position does not come from what was read.");

    /// <summary>Little that came apart from the chain goes where there is room in it: many small receives must not keep a block each.</summary>
    private readonly bool TryMove(ReceiveSegment fresh, int count)
    {
        if (_tail is not { HasRoom: true } || count > _tail.Free.Length)
            return false;
        fresh.Free[..count].CopyTo(_tail.Free);
        Drop(fresh);
        return true;
    }

    private void Link(ReceiveSegment segment)
    {
        if (_tail is null)
            _head = segment;
        else
            _tail.Append(segment);
        _tail = segment;
    }

    private void DropHead()
    {
        ReceiveSegment dropped = _head!;
        _head = (ReceiveSegment?)dropped.Next;
        _start = 0;
        if (_head is null)
            _tail = null;
        Drop(dropped);
    }

    private readonly void Drop(ReceiveSegment segment)
    {
        _pool.Return(segment.Detach());
        _spare = segment;
    }

    private void Adapt(int count, bool isFull)
    {
        if (isFull)
            _blockSize = Math.Min(_blockSize * Step, LargestBlock);

        bool isSmall = !isFull && _blockSize > SmallestBlock && count <= _blockSize / Step;
        _smallReceives = isSmall ? (byte)(_smallReceives + 1) : (byte)0;
        if (_smallReceives == SmallReceivesToShrink)
        {
            _blockSize /= Step;
            _smallReceives = 0;
        }
    }
}
