using Xunit;

namespace RawWs.Tests.Support;

public sealed class ManualClockTests
{
    private readonly ManualClock _clock = new();
    private readonly List<(string Name, TimeSpan At)> _fired = [];

    [Fact]
    public void Due_timers_fire_in_order_each_at_its_own_time()
    {
        Start("late", 30);
        Start("early", 10);
        Start("early too", 10);
        Start("not yet", 41);

        _clock.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal([("early", S(10)), ("early too", S(10)), ("late", S(30))], _fired);
        Assert.Equal(S(40), Now());
        Assert.Equal(S(1), _clock.NextDue);
        Assert.Equal(1, _clock.ArmedTimers);
    }

    [Fact]
    public void A_periodic_timer_fires_for_each_period_that_passes()
    {
        using ITimer timer = _clock.CreateTimer(_ => Fired("a"), null, S(1), S(10));

        _clock.Advance(S(21));

        Assert.Equal([("a", S(1)), ("a", S(11)), ("a", S(21))], _fired);
    }

    [Fact]
    public void A_timer_that_a_callback_arms_fires_within_the_same_advance()
    {
        _clock.CreateTimer(_ => Start("second", 5), null, S(1), Timeout.InfiniteTimeSpan);

        _clock.Advance(S(10));

        Assert.Equal([("second", S(6))], _fired);
    }

    [Fact]
    public void Disarmed_and_disposed_timers_do_not_fire()
    {
        ITimer disposed = Start("disposed", 1);
        ITimer disarmed = Start("disarmed", 1);
        disposed.Dispose();
        Assert.True(disarmed.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        Assert.False(disposed.Change(S(1), Timeout.InfiniteTimeSpan));

        _clock.Advance(S(10));

        Assert.Empty(_fired);
        Assert.Null(_clock.NextDue);
    }

    private static TimeSpan S(int seconds) => TimeSpan.FromSeconds(seconds);

    private TimeSpan Now() => _clock.GetElapsedTime(0);

    private ITimer Start(string name, int due) => _clock.CreateTimer(_ => Fired(name), null, S(due), Timeout.InfiniteTimeSpan);

    private void Fired(string name) => _fired.Add((name, Now()));
}
