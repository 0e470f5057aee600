using RawWs.Host;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Host;

public sealed class MemoryTrimmerTests
{
    private readonly ManualClock _clock = new();
    private int _collections;

    [Fact]
    public void A_burst_is_followed_by_one_collection_when_it_is_over()
    {
        using MemoryTrimmer trimmer = new(_clock, () => _collections++);
        Open(trimmer, MemoryTrimmer.Burst);
        _clock.Advance(MemoryTrimmer.Quiet);
        Open(trimmer, 1);
        _clock.Advance(MemoryTrimmer.Quiet);
        Assert.Equal(0, _collections);

        _clock.Advance(MemoryTrimmer.Quiet);
        Assert.Equal(1, _collections);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, _collections);
    }

    [Fact]
    public void Fewer_connections_than_a_burst_are_left_alone()
    {
        using MemoryTrimmer trimmer = new(_clock, () => _collections++);
        Open(trimmer, MemoryTrimmer.Burst - 1);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, _collections);
    }

    [Fact]
    public void The_next_burst_is_counted_anew()
    {
        using MemoryTrimmer trimmer = new(_clock, () => _collections++);
        for (int burst = 1; burst <= 2; burst++)
        {
            Open(trimmer, MemoryTrimmer.Burst);
            _clock.Advance(MemoryTrimmer.Quiet);
            _clock.Advance(MemoryTrimmer.Quiet);
            Assert.Equal(burst, _collections);
        }
    }

    private static void Open(MemoryTrimmer trimmer, int count)
    {
        for (int i = 0; i < count; i++)
            trimmer.OnOpening();
    }
}
