using RawWs.Connection;
using RawWs.Protocol.Compression;
using Xunit;

namespace RawWs.Tests.Connection;

public sealed class KeptContextsTests
{
    private const int Max = 8;
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly DeflateContexts _kept = new(Max);

    private KeptContexts Contexts => _kept.Contexts;

    [Fact]
    public void A_deflater_that_is_idle_for_its_patience_is_taken_back()
    {
        (ContextSlot slot, ZlibStream context) = _kept.Keep();
        _kept.Clock.Advance(KeptContexts.Patience - Tick);
        Assert.Equal((1, false), (Contexts.Count, context.IsClosed));
        _kept.Clock.Advance(Tick);
        Assert.Equal((0, true), (Contexts.Count, context.IsClosed));
        Assert.Null(slot.Take());
    }

    [Fact]
    public void A_deflater_is_idle_since_its_last_use()
    {
        (ContextSlot slot, ZlibStream context) = _kept.Keep();
        for (int i = 0; i < 5; i++)
        {
            _kept.Clock.Advance(KeptContexts.Patience - Tick);
            Assert.Same(context, slot.Take());
            slot.Put(context, Contexts.Now);
        }
        Assert.False(context.IsClosed);
        _kept.Clock.Advance(2 * KeptContexts.Patience);
        Assert.True(context.IsClosed);
    }

    [Fact]
    public void A_deflater_in_use_is_not_taken_back()
    {
        (ContextSlot slot, ZlibStream context) = _kept.Keep();
        slot.Take();
        _kept.Clock.Advance(10 * KeptContexts.Patience);
        Assert.Equal((1, false), (Contexts.Count, context.IsClosed));
        slot.Put(context, Contexts.Now);
        _kept.End(slot);
        Assert.True(context.IsClosed);
    }

    [Fact]
    public void A_message_in_progress_is_not_taken_back_by_the_clock()
    {
        (ContextSlot slot, ZlibStream context) = _kept.Keep(isReplaceable: false);
        _kept.Clock.Advance(10 * KeptContexts.Patience);
        Assert.Same(context, slot.Take());
        context.Dispose();
    }

    [Fact]
    public void The_timer_runs_only_while_something_is_kept()
    {
        Assert.Equal(0, _kept.Clock.ArmedTimers);
        for (int round = 0; round < 3; round++)
        {
            (ContextSlot left, _) = _kept.Keep();
            _kept.Keep();
            Assert.Equal(1, _kept.Clock.ArmedTimers);
            _kept.End(left);
            _kept.Clock.Advance(2 * KeptContexts.Patience);
            Assert.Equal((0, 0), (_kept.Clock.ArmedTimers, Contexts.Count));
        }
    }

    [Fact]
    public void At_the_bound_a_deflater_that_rests_gives_way_the_longest_one_first()
    {
        List<ZlibStream> contexts = [];
        for (int i = 0; i < Max; i++)
        {
            contexts.Add(_kept.Keep().Context);
            _kept.Clock.Advance(Tick);
        }
        _kept.Clock.Advance(KeptContexts.Rest - (Max * Tick));
        Assert.True(contexts.TrueForAll(static context => !context.IsClosed));
        for (int i = 0; i < Max; i++)
        {
            _kept.Keep();
            Assert.Equal(contexts.Select((_, j) => j <= i), contexts.Select(static context => context.IsClosed));
            Assert.Equal(Max, Contexts.Count);
            _kept.Clock.Advance(Tick);
        }
    }

    [Fact]
    public void At_the_bound_a_deflater_that_was_used_lately_stays()
    {
        for (int i = 0; i < Max; i++)
            _kept.Keep();
        _kept.Clock.Advance(KeptContexts.Rest - Tick);
        ContextSlot late = new(isReplaceable: true);
        Assert.False(Contexts.TryEnter(late));
        Assert.Equal((Max, -1), (Contexts.Count, late.Place));
        _kept.Clock.Advance(KeptContexts.Rest);
        Assert.True(Contexts.TryEnter(late));
        Assert.Equal(Max, Contexts.Count);
    }

    [Fact]
    public void At_the_bound_deflaters_in_use_stay_however_long()
    {
        for (int i = 0; i < Max; i++)
            _kept.Keep().Slot.Take();
        _kept.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False(Contexts.TryEnter(new(isReplaceable: true)));
        Assert.False(Contexts.TryEnter(new(isReplaceable: false)));
        Assert.False(Contexts.TryPin());
        Assert.Equal(Max, Contexts.Count);
    }

    [Fact]
    public void A_message_in_progress_takes_any_deflaters_place_then_that_of_the_longest_unfinished_one()
    {
        List<ZlibStream> contexts = [];
        for (int i = 0; i < Max; i++)
        {
            contexts.Add(_kept.Keep(isReplaceable: i >= Max / 2).Context);
            _kept.Clock.Advance(Tick);
        }
        int[] order = [.. Enumerable.Range(Max / 2, Max / 2), .. Enumerable.Range(0, Max / 2)];
        for (int i = 0; i < Max; i++)
        {
            _kept.Keep(isReplaceable: false);
            Assert.Equal(order.Take(i + 1).Order(), Enumerable.Range(0, Max).Where(j => contexts[j].IsClosed));
            Assert.Equal(Max, Contexts.Count);
            _kept.Clock.Advance(Tick);
        }
    }

    [Fact]
    public void A_deflater_never_takes_the_place_of_a_message_in_progress()
    {
        for (int i = 0; i < Max; i++)
            _kept.Keep(isReplaceable: false);
        _kept.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False(Contexts.TryEnter(new(isReplaceable: true)));
        Assert.Equal(Max, Contexts.Count);
    }

    [Fact]
    public void A_quarter_is_left_to_messages_in_progress()
    {
        int pinned = 0;
        for (; Contexts.TryPin(); pinned++)
            Assert.InRange(pinned, 0, Max);
        Assert.Equal(Max - (Max / 4), pinned);
        Assert.Equal(pinned, Contexts.Count);
        for (int i = pinned; i < Max; i++)
            _kept.Keep();
        Assert.False(Contexts.TryPin());
        Contexts.Unpin();
        Assert.True(Contexts.TryPin());
        Assert.Equal(Max, Contexts.Count);
    }

    [Fact]
    public void A_pin_takes_the_place_of_a_deflater_that_rests_only()
    {
        for (int i = 0; i < Max; i++)
            _kept.Keep();
        Assert.False(Contexts.TryPin());
        _kept.Clock.Advance(KeptContexts.Rest);
        Assert.True(Contexts.TryPin());
        Assert.Equal(Max, Contexts.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_bound_that_is_lowered_counts_from_the_next_context_on(bool isReplaceable)
    {
        for (int i = 0; i < Max; i++)
            _kept.Keep(isReplaceable);
        Contexts.Max = 3;
        _kept.Clock.Advance(KeptContexts.Rest);
        _kept.Keep(isReplaceable);
        Assert.Equal(3, Contexts.Count);
    }

    [Fact]
    public void A_bound_that_is_lowered_to_the_pins_costs_no_message_in_progress()
    {
        for (int i = 0; i < 4; i++)
            Assert.True(Contexts.TryPin());
        ContextSlot[] messages = [.. Enumerable.Range(0, 3).Select(_ => _kept.Keep(isReplaceable: false).Slot)];
        Contexts.Max = 4;
        Assert.False(Contexts.TryEnter(new(isReplaceable: false)));
        Assert.All(messages, static slot => Assert.True(slot.IsAtRest));
    }

    [Theory]
    [InlineData("dispose leave")]
    [InlineData("leave dispose")]
    [InlineData("take dispose leave put")]
    [InlineData("take dispose put leave")]
    [InlineData("take leave dispose put")]
    [InlineData("take leave put dispose")]
    [InlineData("take put leave dispose leave dispose")]
    public void A_connection_that_ends_leaves_nothing_in_any_order(string steps)
    {
        ContextSlot other = _kept.Keep().Slot;
        (ContextSlot slot, ZlibStream context) = _kept.Keep();
        ContextSlot third = _kept.Keep().Slot;
        foreach (string step in steps.Split(' '))
        {
            if (step == "dispose")
                slot.Dispose();
            else if (step == "leave")
                Contexts.Leave(slot);
            else if (step == "take")
                Assert.Same(context, slot.Take());
            else
                slot.Put(context, Contexts.Now);
        }
        Assert.True(context.IsClosed);
        Assert.Equal((2, -1), (Contexts.Count, slot.Place));
        Assert.False(Contexts.TryEnter(slot));
        Assert.Equal([0, 1], new[] { other.Place, third.Place }.Order());
    }

    [Fact]
    public void Who_has_a_place_keeps_it_without_a_second_one()
    {
        ContextSlot slot = _kept.Keep().Slot;
        slot.Take()!.Dispose();
        Assert.True(Contexts.TryEnter(slot));
        Assert.Equal(1, Contexts.Count);
    }
}
