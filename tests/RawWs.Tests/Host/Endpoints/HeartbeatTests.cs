using RawWs.Host.Endpoints;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Host.Endpoints;

public sealed class HeartbeatTests : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualClock _clock = new();
    private readonly Audience _audience = new();
    private readonly SemaphoreSlim _beats = new(0);
    private readonly WebSocketConnection _member = WebSocketPair.Create().Server;
    private readonly Heartbeat _heartbeat;

    public HeartbeatTests() => _heartbeat = new(_audience, Period, () => _beats.Release(), _clock);

    public void Dispose() => _beats.Dispose();

    [Fact]
    public void Without_an_audience_there_is_no_timer()
    {
        _heartbeat.Start();
        Assert.True(SpinWait.SpinUntil(() => _clock.ArmedTimers == 0, Patience));
    }

    [Fact]
    public async Task It_beats_once_in_each_period_however_often_it_is_started()
    {
        _audience.Add(_member);
        _heartbeat.Start();
        _heartbeat.Start();
        Assert.Equal(1, _clock.ArmedTimers);
        for (int i = 0; i < 3; i++)
        {
            _clock.Advance(Period);
            Assert.True(await _beats.WaitAsync(Patience, TestContext.Current.CancellationToken));
            Assert.Equal(0, _beats.CurrentCount);
        }
    }

    [Fact]
    public async Task It_stops_when_the_last_member_has_left_and_starts_again_for_the_next()
    {
        _audience.Add(_member);
        _heartbeat.Start();
        _audience.Remove(_member);
        _clock.Advance(Period);
        Assert.True(SpinWait.SpinUntil(() => _clock.ArmedTimers == 0, Patience));
        while (_beats.CurrentCount > 0)
            await _beats.WaitAsync(TestContext.Current.CancellationToken);

        _audience.Add(_member);
        _heartbeat.Start();
        _clock.Advance(Period);
        Assert.True(await _beats.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }
}
