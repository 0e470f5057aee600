using System.Globalization;

namespace RawWs.Client;

/// <summary>Reads the value of <c>Retry-After</c> (RFC 9110 section 10.2.3).</summary>
internal static class RetryAfter
{
    private const long MaxSeconds = 1L << 31;   // RFC 9111 section 1.2.2: what a greater number is taken for
    private const int MaxDigits = 18;           // that a long holds, whatever they are

    // RFC 9110 section 5.6.7: the one that is written today, and two that must still be read
    private static readonly string[] DateFormats = ["ddd, dd MMM yyyy HH:mm:ss 'GMT'", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    /// <summary>How long to wait from now; <see langword="null"/> when the value is missing or says nothing.</summary>
    public static TimeSpan? Read(string? value, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        if (value.All(char.IsAsciiDigit))
            return TimeSpan.FromSeconds(value.Length > MaxDigits ? MaxSeconds : Math.Min(long.Parse(value, CultureInfo.InvariantCulture), MaxSeconds));
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite;
        if (!DateTimeOffset.TryParseExact(value, DateFormats, CultureInfo.InvariantCulture, styles, out DateTimeOffset date))
            return null;
        return date > now ? date - now : TimeSpan.Zero;
    }
}
