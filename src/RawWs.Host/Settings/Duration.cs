using System.Globalization;

namespace RawWs.Host.Settings;

/// <summary>Reads durations as people write them: <c>00:00:20</c>, <c>20s</c>, <c>500ms</c>, <c>1.5m</c>. A bare number has no unit and is none.</summary>
internal static class Duration
{
    public const string Forms = "written like 00:00:20, 500ms, 20s, 5m or 1h";

    private static readonly string[] ClockFormats = [@"h\:mm\:ss", @"hh\:mm\:ss", @"hh\:mm\:ss\.FFFFFFF", @"d\.hh\:mm\:ss"];

    // "ms" stands before "s" and "m": the first that fits decides
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        if (text.Contains(':'))
            return TimeSpan.TryParseExact(text, ClockFormats, CultureInfo.InvariantCulture, out duration);

        duration = default;
        foreach ((string unit, TimeSpan length) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
                continue;
            if (!decimal.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count)
                || count > TimeSpan.MaxValue.Ticks / length.Ticks)
                return false;
            duration = TimeSpan.FromTicks((long)(count * length.Ticks));
            return true;
        }

        return false;
    }
}
