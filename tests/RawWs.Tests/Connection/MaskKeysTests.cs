using System.Numerics;
using RawWs.Connection;
using Xunit;

namespace RawWs.Tests.Connection;

public sealed class MaskKeysTests
{
    private const int Draws = 10_000;

    /// <summary>How many of the draws may be equal by chance: two would be one in ten thousand runs.</summary>
    private const int Coincidences = 4;

    [Fact]
    public void No_key_comes_again() => Assert.InRange(Draw().Distinct().Count(), Draws - Coincidences, Draws);

    [Fact]
    public async Task Two_threads_draw_different_keys()
    {
        Task<uint[]> other = Task.Factory.StartNew(Draw, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.InRange(Draw().Intersect(await other).Count(), 0, Coincidences);
    }

    [Fact]
    public void Each_bit_is_set_in_half_of_the_keys()
    {
        uint[] keys = Draw();
        for (int bit = 0; bit < 32; bit++)
            Assert.InRange(keys.Count(key => (key >> bit & 1) != 0), Draws * 45 / 100, Draws * 55 / 100);
    }

    [Fact]
    public void A_key_says_nothing_about_the_next()
    {
        uint[] keys = Draw();
        double changed = keys.Zip(keys.Skip(1), static (one, next) => BitOperations.PopCount(one ^ next)).Average();
        Assert.InRange(changed, 15.5, 16.5);
    }

    private static uint[] Draw() => [.. Enumerable.Range(0, Draws).Select(static _ => MaskKeys.Next())];
}
