using RawWs.Host.Settings;
using Xunit;

namespace RawWs.Tests.Host.Settings;

public sealed class DurationTests
{
    [Theory]
    [InlineData("00:00:20", 20_000)]
    [InlineData("0:00:20", 20_000)]
    [InlineData("01:02:03", 3_723_000)]
    [InlineData("00:00:00.250", 250)]
    [InlineData("1.00:00:00", 86_400_000)]
    [InlineData("00:00:00", 0)]
    [InlineData("500ms", 500)]
    [InlineData("20s", 20_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("0s", 0)]
    public void A_colon_or_a_unit_makes_a_duration(string text, long milliseconds)
    {
        Assert.True(Duration.TryParse(text, out TimeSpan duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("20")]
    [InlineData("0")]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("20 s")]
    [InlineData("20S")]
    [InlineData("-1s")]
    [InlineData("-00:00:01")]
    [InlineData("1,5s")]
    [InlineData("1e3s")]
    [InlineData("00:20")]
    [InlineData("24:00:00")]
    [InlineData("00:60:00")]
    [InlineData("00:00:60")]
    [InlineData("1d")]
    [InlineData("99999999999999999999h")]
    public void Anything_else_is_none(string text) => Assert.False(Duration.TryParse(text, out _));
}
