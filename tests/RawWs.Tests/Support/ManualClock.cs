namespace RawWs.Tests.Support;

/// <summary>A clock that stands still until a test moves it; due timers fire in order, each at its own time, on the thread that moves it.</summary>
internal sealed class ManualClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _armed = [];
    private long _now;
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How many timers would fire some time.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_lock)
                return _armed.Count;
        }
    }

    /// <summary>How long until the next timer fires; null when none is armed.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            lock (_lock)
                return Next() is ManualTimer next ? TimeSpan.FromTicks(next.Due - _now) : null;
        }
    }

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => Start + TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        long end = GetTimestamp() + by.Ticks;
        while (TakeDue(end) is ManualTimer timer)
            timer.Fire();
        Volatile.Write(ref _now, end);
    }

    private ManualTimer? TakeDue(long end)
    {
        lock (_lock)
        {
            if (Next() is not ManualTimer next || next.Due > end)
                return null;
            Volatile.Write(ref _now, Math.Max(_now, next.Due));
            Arm(next, next.Period);
            return next;
        }
    }

    private ManualTimer? Next() => _armed.MinBy(static timer => (timer.Due, timer.Order));

    private void Arm(ManualTimer timer, TimeSpan delay)
    {
        _armed.Remove(timer);
        if (delay < TimeSpan.Zero)
            return;
        timer.Due = _now + delay.Ticks;
        timer.Order = _order++;
        _armed.Add(timer);
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public long Due { get; set; }

        public long Order { get; set; }

        public TimeSpan Period { get; private set; } = Timeout.InfiniteTimeSpan;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                if (_disposed)
                    return false;
                Period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
                clock.Arm(this, dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock.Arm(this, Timeout.InfiniteTimeSpan);
                _disposed = true;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
