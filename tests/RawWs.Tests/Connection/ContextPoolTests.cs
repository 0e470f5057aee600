using RawWs.Connection;
using RawWs.Protocol.Compression;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Connection;

public sealed class ContextPoolTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly ManualClock _clock = new();
    private readonly List<Inflater> _made = [];
    private readonly ContextPool<Inflater> _pool;

    public ContextPoolTests() => _pool = new(Make, _clock);

    private static int Capacity => 2 * Environment.ProcessorCount;

    [Fact]
    public void A_context_is_borrowed_again_and_never_twice_at_once()
    {
        Inflater first = _pool.Rent();
        Inflater second = _pool.Rent();
        Assert.NotSame(first, second);
        _pool.Return(first);
        Assert.Same(first, _pool.Rent());
        _pool.Return(second);
        Assert.Same(second, _pool.Rent());
        Assert.Equal(2, _made.Count);
        _pool.Return(first);
        _pool.Return(second);
        AllIsGivenBack();
    }

    [Fact]
    public void More_than_it_has_room_for_end_when_they_come_back()
    {
        List<Inflater> rented = [.. Enumerable.Range(0, Capacity + 3).Select(_ => _pool.Rent())];
        foreach (Inflater context in rented)
            _pool.Return(context);
        Assert.Equal(Capacity, _made.Count(static context => !context.IsClosed));
        AllIsGivenBack();
    }

    [Fact]
    public void What_nobody_borrows_for_its_patience_ends_and_the_timer_with_it()
    {
        Assert.Equal(0, _clock.ArmedTimers);
        _pool.Return(_pool.Rent());
        _clock.Advance(2 * KeptContexts.Patience - Tick);
        Assert.False(Assert.Single(_made).IsClosed);
        _clock.Advance(Tick);
        Assert.True(Assert.Single(_made).IsClosed);
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public void What_is_borrowed_now_and_then_stays()
    {
        for (int i = 0; i < 5; i++)
        {
            _pool.Return(_pool.Rent());
            _clock.Advance(KeptContexts.Patience);
        }
        Assert.False(Assert.Single(_made).IsClosed);
        AllIsGivenBack();
    }

    [Fact]
    public void What_is_borrowed_while_the_others_end_starts_anew()
    {
        Inflater away = _pool.Rent();
        _pool.Return(_pool.Rent());
        _clock.Advance(2 * KeptContexts.Patience);
        Assert.Equal([false, true], _made.Select(static context => context.IsClosed));
        _pool.Return(away);
        Assert.Equal(1, _clock.ArmedTimers);
        Assert.Same(away, _pool.Rent());
        _pool.Return(away);
        AllIsGivenBack();
    }

    private Inflater Make()
    {
        Inflater context = DeflateContexts.NewContext();
        _made.Add(context);
        return context;
    }

    private void AllIsGivenBack()
    {
        _clock.Advance(3 * KeptContexts.Patience);
        Assert.True(_made.TrueForAll(static context => context.IsClosed));
        Assert.Equal(0, _clock.ArmedTimers);
    }
}
