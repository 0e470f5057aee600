namespace RawWs.Transport;

/// <summary>Timers by the tick at which they are due: adding and removing one costs the same however many there are.</summary>
internal sealed class TimerSlots
{
    public const long Never = long.MaxValue;
    public const int NotArmed = -1;
    public const int Disposed = -2;

    /// <summary>A power of two. A timer that is further away than this many ticks shares its slot with nearer ones.</summary>
    private const int Count = 512;

    /// <summary>The list behind the slots: of those that are due and have not fired yet.</summary>
    private const int DueList = Count;

    private readonly WheelTimer?[] _heads = new WheelTimer?[Count + 1];

    /// <summary>For each slot a tick before which none of its timers is due.</summary>
    private readonly long[] _earliest = new long[Count];

    public TimerSlots() => Array.Fill(_earliest, Never);

    /// <summary>A tick before which no timer is due. It may be too early: removing a timer does not look for the next one.</summary>
    public long Next
    {
        get
        {
            long next = Never;
            foreach (long earliest in _earliest)
                next = Math.Min(next, earliest);
            return next;
        }
    }

    public void Add(WheelTimer timer, long due)
    {
        int slot = (int)(due & (Count - 1));
        timer.Due = due;
        _earliest[slot] = Math.Min(_earliest[slot], due);
        Link(timer, slot);
    }

    public void Remove(WheelTimer timer)
    {
        if (timer.Slot < 0)
            return;
        if (timer.Previous is null)
            _heads[timer.Slot] = timer.Next;
        else
            timer.Previous.Next = timer.Next;
        if (timer.Next is not null)
            timer.Next.Previous = timer.Previous;
        if (timer.Slot != DueList && _heads[timer.Slot] is null)
            _earliest[timer.Slot] = Never;
        timer.Previous = timer.Next = null;
        timer.Slot = NotArmed;
    }

    /// <summary>Finds the timers that are due; <see cref="TryTakeDue"/> then gives them.</summary>
    public void Expire(long now)
    {
        for (int slot = 0; slot < Count; slot++)
        {
            if (_earliest[slot] <= now)
                Expire(slot, now);
        }
    }

    public bool TryTakeDue([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out WheelTimer? timer)
    {
        timer = _heads[DueList];
        if (timer is null)
            return false;
        Remove(timer);
        return true;
    }

    private void Expire(int slot, long now)
    {
        long earliest = Never;
        for (WheelTimer? timer = _heads[slot], next; timer is not null; timer = next)
        {
            next = timer.Next;
            if (timer.Due <= now)
            {
                Remove(timer);
                Link(timer, DueList);
            }
            else
            {
                earliest = Math.Min(earliest, timer.Due);
            }
        }

        _earliest[slot] = earliest;
    }

    private void Link(WheelTimer timer, int slot)
    {
        timer.Slot = slot;
        timer.Next = _heads[slot];
        if (timer.Next is not null)
            timer.Next.Previous = timer;
        _heads[slot] = timer;
    }
}
