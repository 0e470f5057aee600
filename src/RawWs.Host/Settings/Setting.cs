using System.Globalization;

namespace RawWs.Host.Settings;

/// <summary>One row of the table of settings: a key, what is allowed, and where the value goes.</summary>
/// <param name="Key">The path of the key, parts joined by colons.</param>
/// <param name="Allowed">What is allowed, as the end of the sentence "allowed is ...".</param>
/// <param name="IsList">Whether the key takes several values.</param>
/// <param name="TryApply">Puts the values where they belong; <see langword="false"/> when one of them is not allowed.</param>
internal sealed record Setting(string Key, string Allowed, bool IsList, Func<HostSettings, IReadOnlyList<string>, bool> TryApply)
{
    // "zero" says what zero stands for, when that is not zero
    public static Setting Integer(string key, long min, long max, Action<HostSettings, long> apply, string? zero = null) =>
        Single(key, $"a whole number from {min} to {max}{Zero("0", zero)}", (settings, text) =>
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) || value < min || value > max)
                return false;
            apply(settings, value);
            return true;
        });

    public static Setting Duration(string key, TimeSpan min, TimeSpan max, Action<HostSettings, TimeSpan> apply, string? zero = null) =>
        Single(key, $"a duration from {Written(min)} to {Written(max)}, {Settings.Duration.Forms}{Zero("00:00:00", zero)}", (settings, text) =>
        {
            if (!Settings.Duration.TryParse(text, out TimeSpan value) || value < min || value > max)
                return false;
            apply(settings, value);
            return true;
        });

    public static Setting Boolean(string key, Action<HostSettings, bool> apply) =>
        Single(key, "true or false", (settings, text) =>
        {
            if (!bool.TryParse(text, out bool value))
                return false;
            apply(settings, value);
            return true;
        });

    public static Setting Choice<T>(string key, IReadOnlyList<(string Name, T Value)> choices, Action<HostSettings, T> apply) =>
        Single(key, "one of " + string.Join(", ", choices.Select(choice => choice.Name)), (settings, text) =>
        {
            foreach ((string name, T value) in choices)
            {
                if (!name.Equals(text, StringComparison.OrdinalIgnoreCase))
                    continue;
                apply(settings, value);
                return true;
            }

            return false;
        });

    public static Setting List(string key, string allowed, int minCount, Func<string, bool> isAllowed, Action<HostSettings, IReadOnlyList<string>> apply) =>
        new(key, allowed, IsList: true, (settings, values) =>
        {
            if (values.Count < minCount || !values.All(isAllowed))
                return false;
            apply(settings, values);
            return true;
        });

    private static Setting Single(string key, string allowed, Func<HostSettings, string, bool> tryApply) =>
        new(key, allowed, IsList: false, (settings, values) => tryApply(settings, values[0]));

    private static string Zero(string zero, string? meaning) => meaning is null ? "" : $"; {zero} means {meaning}";

    private static string Written(TimeSpan duration) =>
        duration == TimeSpan.Zero ? "0s" : duration.TotalHours >= 1 ? $"{duration.TotalHours}h" : duration.TotalSeconds >= 1 ? $"{duration.TotalSeconds}s" : $"{duration.TotalMilliseconds}ms";
}
