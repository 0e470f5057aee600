using RawWs.Tests.Support;
using RawWs.Transport;
using Xunit;

namespace RawWs.Tests.Transport;

public sealed class TimerWheelTests
{
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;

    private readonly ManualClock _clock = new();
    private readonly TimerWheel _wheel;
    private readonly List<(string Name, TimeSpan At)> _fired = [];
    private readonly long _start;

    public TimerWheelTests()
    {
        _wheel = new TimerWheel(_clock);
        _start = _clock.GetTimestamp();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 100)]
    [InlineData(99, 100)]
    [InlineData(100, 100)]
    [InlineData(101, 200)]
    [InlineData(20_000, 20_000)]
    [InlineData(51_200, 51_200)]            // once around the wheel
    [InlineData(3_600_001, 3_600_100)]
    public void A_timer_fires_at_the_first_tick_that_is_not_early(int due, int expected)
    {
        Start("a", due);

        _clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal([("a", Ms(expected))], _fired);
    }

    [Fact]
    public void The_time_that_had_passed_before_is_counted()
    {
        _clock.Advance(Ms(1234));
        Start("a", 500);                    // due at 1734, the next tick is 1800

        _clock.Advance(Ms(10_000));

        Assert.Equal([("a", Ms(1800))], _fired);
    }

    [Fact]
    public void Without_armed_timers_nothing_is_armed_underneath()
    {
        Assert.Equal(0, _clock.ArmedTimers);
        using ITimer idle = Start("idle", -1);
        Assert.Equal(0, _clock.ArmedTimers);

        Start("a", 300);
        Assert.Equal(1, _clock.ArmedTimers);
        _clock.Advance(Ms(300));

        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public void It_sleeps_until_the_next_timer_however_far_that_is()
    {
        Start("far", 3_600_000);
        Assert.Equal(Ms(3_600_000), _clock.NextDue);

        ITimer near = Start("near", 5000);
        Assert.Equal(Ms(5000), _clock.NextDue);

        near.Dispose();                     // does not look for the next one: at most one idle wake-up is left
        _clock.Advance(Ms(5000));
        Assert.Equal(Ms(3_595_000), _clock.NextDue);
        Assert.Empty(_fired);
    }

    [Fact]
    public void A_changed_timer_fires_at_its_new_time_only()
    {
        ITimer timer = Start("a", 500);

        Assert.True(timer.Change(Ms(2000), Never));
        _clock.Advance(Ms(1000));
        Assert.Empty(_fired);
        Assert.True(timer.Change(Ms(100), Never));
        _clock.Advance(Ms(60_000));

        Assert.Equal([("a", Ms(1100))], _fired);
        Assert.True(timer.Change(Ms(100), Never));
        _clock.Advance(Ms(100));
        Assert.Equal(2, _fired.Count);
    }

    [Fact]
    public async Task A_disposed_or_disarmed_timer_does_not_fire()
    {
        ITimer disposed = Start("disposed", 500);
        ITimer disarmed = Start("disarmed", 500);
        disposed.Dispose();
        await disposed.DisposeAsync();
        Assert.True(disarmed.Change(Never, Never));
        Assert.False(disposed.Change(Ms(1), Never));

        _clock.Advance(Ms(1000));

        Assert.Empty(_fired);
    }

    [Fact]
    public void A_periodic_timer_fires_again_and_again_until_it_is_disposed()
    {
        ITimer timer = _wheel.CreateTimer(_ => Fired("a"), null, Ms(250), Ms(1000));
        _clock.Advance(Ms(2500));
        timer.Dispose();
        _clock.Advance(Ms(5000));

        Assert.Equal([("a", Ms(300)), ("a", Ms(1300)), ("a", Ms(2300))], _fired);
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public void A_callback_may_change_and_dispose_timers()
    {
        ITimer? victim = null;
        ITimer? self = null;
        self = _wheel.CreateTimer(
            _ =>
            {
                Fired("self");
                victim!.Dispose();
                self!.Change(Ms(200), Never);
            },
            null,
            Ms(100),
            Never);
        victim = Start("victim", 200);

        _clock.Advance(Ms(450));

        Assert.Equal([("self", Ms(100)), ("self", Ms(300))], _fired);
    }

    [Fact]
    public void A_timer_that_another_callback_of_the_same_tick_disposes_does_not_fire()
    {
        List<ITimer> timers = [];
        for (int i = 0; i < 2; i++)
        {
            timers.Add(_wheel.CreateTimer(
                _ =>
                {
                    Fired("one of two");
                    timers.ForEach(static timer => timer.Dispose());
                },
                null,
                Ms(100),
                Never));
        }

        _clock.Advance(Ms(1000));

        Assert.Single(_fired);
    }

    [Fact]
    public void Callbacks_run_outside_the_lock()
    {
        bool couldArm = false;
        using ITimer timer = _wheel.CreateTimer(
            _ =>
            {
                Thread other = new(() => _wheel.CreateTimer(static _ => { }, null, Ms(100), Never).Dispose());
                other.Start();
                couldArm = other.Join(SocketEnds.Patience);
            },
            null,
            Ms(100),
            Never);

        _clock.Advance(Ms(100));

        Assert.True(couldArm);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_number_of_timers_fires_each_once_never_early_and_at_most_a_tick_late(int seed)
    {
        Random random = new(seed);
        Dictionary<string, TimeSpan> due = [];
        Dictionary<string, ITimer> timers = [];
        for (int i = 0; i < 3000; i++)
        {
            string name = $"{i}";
            int delay = random.Next(4) switch { 0 => random.Next(150), 1 => random.Next(3000), 2 => random.Next(60_000), _ => random.Next(400_000) };
            due[name] = _clock.GetElapsedTime(_start) + Ms(delay);
            timers[name] = Start(name, delay);
            if (random.Next(3) == 0)
            {
                string other = $"{random.Next(i + 1)}";
                if (_fired.All(entry => entry.Name != other) && due.Remove(other))
                    timers[other].Dispose();
            }

            if (random.Next(3) == 0)
                _clock.Advance(Ms(random.Next(200)));
        }

        _clock.Advance(Ms(500_000));

        Assert.Equal(due.Count, _fired.Count);
        foreach ((string name, TimeSpan at) in _fired)
            Assert.InRange(at - due[name], TimeSpan.Zero, TimerWheel.Tick);
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public void Delays_that_no_timer_has_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Start("a", -2));
        Assert.Throws<ArgumentOutOfRangeException>(() => _wheel.CreateTimer(static _ => { }, null, TimeSpan.FromDays(50), Never));
        using ITimer longest = _wheel.CreateTimer(_ => Fired("a"), null, TimeSpan.FromMilliseconds(uint.MaxValue - 1), Never);
        _clock.Advance(TimeSpan.FromDays(50));
        Assert.Single(_fired);
    }

    [Fact]
    public async Task It_serves_as_the_clock_of_a_delay()
    {
        Task delay = Task.Delay(Ms(150), _wheel, TestContext.Current.CancellationToken);
        _clock.Advance(Ms(199));
        Assert.False(delay.IsCompleted);
        _clock.Advance(Ms(1));
        await delay;
        Assert.Equal(_clock.GetUtcNow(), _wheel.GetUtcNow());
        Assert.Equal(_clock.TimestampFrequency, _wheel.TimestampFrequency);
        Assert.Same(_clock.LocalTimeZone, _wheel.LocalTimeZone);
    }

    [Fact]
    public async Task It_runs_on_the_systems_clock()
    {
        TimerWheel wheel = new(TimeProvider.System);
        long before = wheel.GetTimestamp();
        await Task.Delay(Ms(1), wheel, TestContext.Current.CancellationToken).WaitAsync(SocketEnds.Patience, TestContext.Current.CancellationToken);
        Assert.True(wheel.GetElapsedTime(before) >= Ms(1));
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private ITimer Start(string name, int due) => _wheel.CreateTimer(_ => Fired(name), null, Ms(due), Never);

    private void Fired(string name) => _fired.Add((name, _clock.GetElapsedTime(_start)));
}
