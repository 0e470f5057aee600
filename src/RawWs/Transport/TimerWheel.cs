namespace RawWs.Transport;

/// <summary>Many coarse timers on one timer of another clock, which runs only while one of them is armed.</summary>
/// <remarks>
/// A timer never fires early, and at most a <see cref="Tick"/> late. Callbacks run one after the other where the inner clock calls back,
/// without an execution context; one that is about to run may still do so once after its timer was changed or disposed.
/// </remarks>
internal sealed class TimerWheel : TimeProvider
{
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>What the platform's timers take.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly object _lock = new();
    private readonly TimerSlots _slots = new();
    private readonly TimeProvider _inner;
    private readonly ITimer _driver;
    private readonly long _origin;

    /// <summary>The tick for which the driver is armed.</summary>
    private long _wakeAt = TimerSlots.Never;

    public TimerWheel(TimeProvider inner)
    {
        _inner = inner;
        _origin = inner.GetTimestamp();
        using AsyncFlowControl? noFlow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        _driver = inner.CreateTimer(static wheel => ((TimerWheel)wheel!).OnWake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override TimeZoneInfo LocalTimeZone => _inner.LocalTimeZone;

    public override long TimestampFrequency => _inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _inner.GetUtcNow();

    public override long GetTimestamp() => _inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        WheelTimer timer = new(this, callback, state);
        Change(timer, dueTime, period);
        return timer;
    }

    internal bool Change(WheelTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        RefuseBadDelay(dueTime, nameof(dueTime));
        RefuseBadDelay(period, nameof(period));
        lock (_lock)
        {
            if (timer.Slot == TimerSlots.Disposed)
                return false;
            _slots.Remove(timer);
            timer.Period = period > TimeSpan.Zero ? (int)TicksIn(period) : 0;
            if (dueTime >= TimeSpan.Zero)
                Add(timer, TicksIn(Elapsed + dueTime));
            return true;
        }
    }

    internal void Remove(WheelTimer timer)
    {
        lock (_lock)
        {
            _slots.Remove(timer);
            timer.Slot = TimerSlots.Disposed;
        }
    }

    private TimeSpan Elapsed => _inner.GetElapsedTime(_origin);

    private static void RefuseBadDelay(TimeSpan delay, string name)
    {
        if ((delay < TimeSpan.Zero && delay != Timeout.InfiniteTimeSpan) || delay > LongestDelay)
            throw new ArgumentOutOfRangeException(name, delay, "A timer's delay is infinite, or from zero to some 49 days.");
    }

    /// <summary>Rounded up: late is allowed, early is not.</summary>
    private static long TicksIn(TimeSpan time) => (time.Ticks + Tick.Ticks - 1) / Tick.Ticks;

    private void OnWake()
    {
        lock (_lock)
        {
            _wakeAt = TimerSlots.Never;
            _slots.Expire(Elapsed.Ticks / Tick.Ticks);
            Arm(_slots.Next);           // before the callbacks, so that a slow one does not hold up those of later ticks
        }

        while (TakeDue() is WheelTimer timer)
            timer.Fire();
    }

    private WheelTimer? TakeDue()
    {
        lock (_lock)
        {
            if (_slots.TryTakeDue(out WheelTimer? timer) && timer.Period > 0)
                Add(timer, Math.Max(timer.Due + timer.Period, (Elapsed.Ticks / Tick.Ticks) + 1));
            return timer;
        }
    }

    private void Add(WheelTimer timer, long due)
    {
        _slots.Add(timer, due);
        Arm(due);
    }

    /// <summary>Sees to it that the driver fires at the tick, if it does not do so earlier anyway.</summary>
    private void Arm(long tick)
    {
        if (tick >= _wakeAt)
            return;
        _wakeAt = tick;
        TimeSpan delay = TimeSpan.FromTicks(tick * Tick.Ticks) - Elapsed;
        delay = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(delay.TotalMilliseconds, 0)));      // it counts in whole ones and cuts off the rest
        _driver.Change(delay < LongestDelay ? delay : LongestDelay, Timeout.InfiniteTimeSpan);
    }
}
