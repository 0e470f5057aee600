using System.Collections.Concurrent;
using RawWs.Protocol.Compression;

namespace RawWs.Connection;

/// <summary>The contexts of all connections: a bounded number that they keep, and pools that they borrow from. Any thread.</summary>
internal sealed class KeptContexts(TimeProvider time)
{
    /// <summary>A deflater that sent nothing for so long is taken back, and so is what waits in a pool.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A raw stream may have any window up to this; one inflater serves all.</summary>
    private const int AnyWindow = DeflateParameters.MaxWindowBits;

    /// <summary>At the bound, a deflater that was in use so lately is not taken back for another connection's: that one sends what stands alone.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>At the bound, how often it is worth to look for a deflater that rests.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>When so many contexts have gone, some megabytes, their memory goes back to the system.</summary>
    private const int WorthTrimming = 32;

    private readonly List<ContextSlot> _slots = [];
    private readonly ConcurrentDictionary<(int Level, int WindowBits, int MemoryLevel), ContextPool<Deflater>> _deflaters = new();
    private ITimer? _timer;
    private int _pinned;
    private int _most;
    private long _fullSince;

    public static KeptContexts Shared { get; } = new(TimeProvider.System);

    /// <summary>The most that are kept.</summary>
    public int Max { get; set; } = 1000;

    /// <summary>Those that are kept.</summary>
    public int Count
    {
        get
        {
            lock (_slots)
                return _slots.Count + _pinned;
        }
    }

    /// <summary>Inflaters for messages that stand alone.</summary>
    public ContextPool<MessageInflater> Inflaters { get; } = new(static () => new(AnyWindow), time);

    /// <summary>The most inflaters that connections with takeover have for good: room must be left for messages that come in pieces.</summary>
    private int MaxPinned => Max - Math.Max(1, Max / 4);

    /// <summary>Deflaters for messages that stand alone.</summary>
    public ContextPool<Deflater> Deflaters(int level, int windowBits, int memoryLevel) =>
        _deflaters.GetOrAdd((level, windowBits, memoryLevel), static (key, time) => new(() => new(key.Level, key.WindowBits, key.MemoryLevel), time), time);

    public long Now => time.GetTimestamp();

    /// <summary>Whether one more connection may have context takeover in the direction that it receives, which takes an inflater for good. Whoever gets it gives it back by <see cref="Unpin"/>.</summary>
    public bool TryPin()
    {
        lock (_slots)
        {
            if (_pinned >= MaxPinned || !TryMakeRoom(Rest))
                return false;
            _pinned++;
            return true;
        }
    }

    public void Unpin()
    {
        lock (_slots)
            _pinned--;
    }

    /// <summary>Whether this slot may keep a context: it did so before, or there is room, or another one gave way. The slot is empty.</summary>
    public bool TryEnter(ContextSlot slot)
    {
        lock (_slots)
        {
            if (slot.Place >= 0)
                return true;
            if (slot.IsOver || !TryMakeRoom(slot.IsReplaceable ? Rest : TimeSpan.Zero))
                return false;
            slot.Place = _slots.Count;
            _slots.Add(slot);
            _timer ??= time.CreateTimer(static contexts => ((KeptContexts)contexts!).LookAround(), this, Patience / 2, Patience / 2);
            return true;
        }
    }

    /// <summary>The slot keeps nothing any more.</summary>
    public void Leave(ContextSlot slot)
    {
        lock (_slots)
        {
            if (slot.Place < 0)
                return;
            ContextSlot last = _slots[^1];
            (_slots[slot.Place], last.Place) = (last, slot.Place);
            _slots.RemoveAt(_slots.Count - 1);
            slot.Place = -1;
        }
    }

    /// <summary>Whether there is room, or somebody gives way: a deflater that was unused for so long, or, for who cannot do without, any deflater, or a message in progress.</summary>
    private bool TryMakeRoom(TimeSpan rest)
    {
        bool canDoWithout = rest > TimeSpan.Zero;
        while (_slots.Count + _pinned >= Max)
        {
            if (canDoWithout && time.GetElapsedTime(_fullSince) < LookEvery)
                return false;
            ContextSlot? longest = Longest(isReplaceable: true, rest) ?? (canDoWithout || _pinned >= Max ? null : Longest(isReplaceable: false, rest));
            if (longest is null)
            {
                _fullSince = time.GetTimestamp();
                return false;
            }
            TakeBack(longest);
        }
        return true;
    }

    /// <summary>The slot whose context is unused for longest, and at least for so long.</summary>
    private ContextSlot? Longest(bool isReplaceable, TimeSpan rest)
    {
        ContextSlot? longest = null;
        foreach (ContextSlot slot in _slots)
            if (slot.IsReplaceable == isReplaceable && (longest is null || slot.LastUse < longest.LastUse) && slot.IsAtRest)
                longest = slot;
        return longest is not null && time.GetElapsedTime(longest.LastUse) >= rest ? longest : null;
    }

    private void TakeBack(ContextSlot slot)
    {
        if (slot.Take() is not { } context)
            return;                                                     // its owner was faster: it is not at rest any more
        Leave(slot);
        context.Dispose();
        slot.Owner?.Post(static connection => connection.Transport.Input.CancelPendingRead());
    }

    private void LookAround()
    {
        _most = Math.Max(_most, ZlibStream.Live);
        TakeBackIdle();
        int live = ZlibStream.Live;
        if (_most - live < WorthTrimming)
            return;
        _most = live;
        NativeHeap.Trim();
    }

    private void TakeBackIdle()
    {
        lock (_slots)
        {
            for (int i = _slots.Count - 1; i >= 0; i--)
                if (_slots[i].IsReplaceable && _slots[i].IsAtRest && time.GetElapsedTime(_slots[i].LastUse) >= Patience)
                    TakeBack(_slots[i]);
            if (_slots.Count > 0)
                return;
            _timer?.Dispose();
            _timer = null;
        }
    }
}
