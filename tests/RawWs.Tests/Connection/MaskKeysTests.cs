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
    public void No_key_comes_again()
    {
        MaskKeys keys = new();
        Assert.InRange(Draw(keys).Distinct().Count(), Draws - Coincidences, Draws);
    }

    [Fact]
    public void Two_connections_draw_different_keys() =>
        Assert.InRange(Draw(new MaskKeys()).Intersect(Draw(new MaskKeys())).Count(), 0, Coincidences);

    [Fact]
    public void Each_bit_is_set_in_half_of_the_keys()
    {
        uint[] keys = Draw(new MaskKeys());
        for (int bit = 0; bit < 32; bit++)
            Assert.InRange(keys.Count(key => (key >> bit & 1) != 0), Draws * 45 / 100, Draws * 55 / 100);
    }

    [Fact]
    public void A_key_says_nothing_about_the_next()
    {
        uint[] keys = Draw(new MaskKeys());
        double changed = keys.Zip(keys.Skip(1), static (one, next) => BitOperations.PopCount(one ^ next)).Average();
        Assert.InRange(changed, 15.5, 16.5);
    }

    private static uint[] Draw(MaskKeys keys) => [.. Enumerable.Range(0, Draws).Select(_ => keys.Next())];
}
