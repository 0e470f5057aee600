using RawWs.Connection;
using RawWs.Protocol.Compression;
using Xunit;

namespace RawWs.Tests.Connection;

/// <summary>Many connections in any order of steps, beside a model that has no places, only a set.</summary>
public sealed class KeptContextsScheduleTests
{
    private const int Max = 8;
    private const int Connections = 24;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly DeflateContexts _kept = new(Max);
    private readonly List<Model> _all = [];
    private int _pinned;
    private TimeSpan _fullSince = TimeSpan.MinValue;

    private KeptContexts Contexts => _kept.Contexts;

    private TimeSpan Now => TimeSpan.FromTicks(_kept.Clock.GetTimestamp());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Places_are_as_a_simple_model_has_them(int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < Connections; i++)
            _all.Add(new(new(isReplaceable: i % 3 > 0)));
        TimeSpan end = Now + (KeptContexts.Patience / 2);               // the clock's own part is tested beside
        for (int step = 0; step < 4000 && Now < end; step++)
        {
            _kept.Clock.Advance(TimeSpan.FromTicks(random.Next(1, 2 * (int)TimeSpan.TicksPerMillisecond)));
            Step(random, _all[random.Next(Connections)]);
            Check();
        }
        foreach (Model model in _all)
            End(model);
        for (; _pinned > 0; _pinned--)
            Contexts.Unpin();
        Check();
        Assert.Equal(0, Contexts.Count);
        _kept.Clock.Advance(KeptContexts.Patience);
        Assert.Equal(0, _kept.Clock.ArmedTimers);
    }

    private void Step(Random random, Model model)
    {
        switch (random.Next(20))
        {
            case < 12 when model.Context is null or { IsClosed: true }:
                Assert.Equal(MayEnter(model), Contexts.TryEnter(model.Slot));
                if (!model.IsIn)
                    break;
                model.Context = DeflateContexts.NewContext();
                model.IsInUse = true;
                break;
            case < 12 when model.IsInUse:
                model.Slot.Put(model.Context!, Contexts.Now);
                (model.IsInUse, model.LastUse) = (false, Now);
                break;
            case < 15 when model.IsIn && !model.IsInUse:
                Assert.Same(model.Context, model.Slot.Take());
                model.IsInUse = true;
                break;
            case 15 or 16:
                End(model);
                model.Slot = new(model.Slot.IsReplaceable);
                break;
            case 17:
                bool mayPin = _pinned < Max - (Max / 4) && MakesRoom(KeptContexts.Rest);
                Assert.Equal(mayPin, Contexts.TryPin());
                _pinned += mayPin ? 1 : 0;
                break;
            case 18 or 19 when _pinned > 0:
                Contexts.Unpin();
                _pinned--;
                break;
        }
    }

    private void End(Model model)
    {
        _kept.End(model.Slot);
        if (model.IsInUse)
            model.Slot.Put(model.Context!, Contexts.Now);
        Assert.True(model.Context is null or { IsClosed: true });
        (model.Context, model.IsIn, model.IsInUse) = (null, false, false);
    }

    private bool MayEnter(Model model) =>
        model.IsIn || (model.IsIn = MakesRoom(model.Slot.IsReplaceable ? KeptContexts.Rest : TimeSpan.Zero));

    private bool MakesRoom(TimeSpan rest)
    {
        if (_all.Count(static model => model.IsIn) + _pinned < Max)
            return true;
        bool canDoWithout = rest > TimeSpan.Zero;
        if (canDoWithout && _fullSince != TimeSpan.MinValue && Now - _fullSince < LookEvery)
            return false;
        IEnumerable<Model> resting = _all.Where(static model => model is { IsIn: true, IsInUse: false });
        Model? longest = resting.Where(static model => model.Slot.IsReplaceable).MinBy(static model => model.LastUse);
        if (longest is null || Now - longest.LastUse < rest)
            longest = canDoWithout ? null : resting.Where(static model => !model.Slot.IsReplaceable).MinBy(static model => model.LastUse);
        if (longest is null)
            _fullSince = Now;
        else
            (longest.IsIn, longest.IsTakenBack) = (false, true);
        return longest is not null;
    }

    private void Check()
    {
        foreach (Model model in _all)
        {
            Assert.Equal(model.IsIn, model.Slot.Place >= 0);
            if (model.IsTakenBack)
                Assert.True(model.Context!.IsClosed);
            else if (model.Context is not null)
                Assert.False(model.Context.IsClosed);
            if (model.IsTakenBack)
                model.Context = null;
            model.IsTakenBack = false;
        }
        IEnumerable<int> places = _all.Select(static model => model.Slot.Place).Where(static place => place >= 0).Order();
        Assert.Equal(Enumerable.Range(0, _all.Count(static model => model.IsIn)), places);
        Assert.Equal(_all.Count(static model => model.IsIn) + _pinned, Contexts.Count);
        Assert.InRange(Contexts.Count, 0, Max);
    }

    private sealed class Model(ContextSlot slot)
    {
        public ContextSlot Slot { get; set; } = slot;

        public ZlibStream? Context { get; set; }

        public bool IsIn { get; set; }

        public bool IsInUse { get; set; }

        public bool IsTakenBack { get; set; }

        public TimeSpan LastUse { get; set; }
    }
}
