namespace RawWs.Transport;

/// <summary>One timer of a <see cref="TimerWheel"/>, itself a link of the list that it waits in.</summary>
/// <remarks>There are several for each connection: it has no field that it could do without.</remarks>
internal sealed class WheelTimer(TimerWheel wheel, TimerCallback callback, object? state) : ITimer
{
    /// <summary>The list it is in, by the numbers of <see cref="TimerSlots"/>; or none of them.</summary>
    public int Slot { get; set; } = TimerSlots.NotArmed;

    /// <summary>In ticks of the wheel; zero fires once.</summary>
    public int Period { get; set; }

    /// <summary>The tick of the wheel at which it fires.</summary>
    public long Due { get; set; }

    public WheelTimer? Previous { get; set; }

    public WheelTimer? Next { get; set; }

    public void Fire() => callback(state);

    public bool Change(TimeSpan dueTime, TimeSpan period) => wheel.Change(this, dueTime, period);

    public void Dispose() => wheel.Remove(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
