using RawWs.Client;
using Xunit;

namespace RawWs.Tests.Client;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(1994, 11, 6, 8, 49, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("120", 120L)]
    [InlineData("007", 7L)]
    [InlineData("2147483648", 2147483648L)]
    [InlineData("2147483649", 2147483648L)]
    [InlineData("999999999999999999", 2147483648L)]
    [InlineData("99999999999999999999999999999999", 2147483648L)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", 37L)]          // RFC 9110 section 5.6.7
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", 37L)]
    [InlineData("Sun Nov  6 08:49:37 1994", 37L)]
    [InlineData("Sun Nov 16 08:49:00 1994", null)]             // that was a Wednesday
    [InlineData("Wed Nov 16 08:49:00 1994", 864000L)]
    [InlineData("Sun, 06 Nov 1994 08:48:59 GMT", 0L)]           // past
    [InlineData("Mon, 01 Jan 1990 00:00:00 GMT", 0L)]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("soon", null)]
    [InlineData("-1", null)]
    [InlineData("+1", null)]
    [InlineData("1.5", null)]
    [InlineData("1 2", null)]
    [InlineData("120, 120", null)]
    [InlineData("\u0661", null)]                               // a digit, but not of ASCII
    [InlineData("Sun, 06 Nov 1994 08:49:37", null)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 CET", null)]
    [InlineData("Sun, 31 Feb 1994 08:49:37 GMT", null)]
    public void The_value_is_seconds_or_a_date(string? value, long? seconds) =>
        Assert.Equal(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null, RetryAfter.Read(value, Now));
}
