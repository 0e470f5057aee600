using System.Globalization;

namespace RawWs.Host.Settings;

/// <summary>One row of the table of settings: a key, what is allowed, and where the value goes.</summary>
/// <param name="Key">The path of the key, parts joined by colons; a part <c>N</c> stands for the number of an entry.</param>
/// <param name="Allowed">What is allowed, as the end of the sentence "allowed is ...".</param>
/// <param name="IsList">Whether the key takes several values.</param>
/// <param name="TryApply">Puts the values where they belong, of the entry that is named; <see langword="false"/> when one of them is not allowed.</param>
internal sealed record Setting(string Key, string Allowed, bool IsList, Func<HostSettings, int, IReadOnlyList<string>, bool> TryApply)
{
    private const string AnyNumber = ":N:";

    // the key before the number of an entry, and behind it
    private readonly string _start = Key.Contains(AnyNumber, StringComparison.Ordinal) ? Key[..(Key.IndexOf(AnyNumber, StringComparison.Ordinal) + 1)] : Key;
    private readonly string _end = Key.Contains(AnyNumber, StringComparison.Ordinal) ? Key[(Key.IndexOf(AnyNumber, StringComparison.Ordinal) + AnyNumber.Length - 1)..] : "";

    /// <summary>Whether no message may show the value.</summary>
    public bool IsSecret { get; private init; }

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
        ListOfEntry(key, allowed, minCount, isAllowed, (settings, _, values) => apply(settings, values));

    public static Setting ListOfEntry(string key, string allowed, int minCount, Func<string, bool> isAllowed, Action<HostSettings, int, IReadOnlyList<string>> apply) =>
        new(key, allowed, IsList: true, (settings, entry, values) =>
        {
            if (values.Count < minCount || !values.All(isAllowed))
                return false;
            apply(settings, entry, values);
            return true;
        });

    // a file given as a secret often ends in a line end that nobody meant
    public static Setting LineOfEntry(string key, string allowed, Action<HostSettings, int, string> apply, bool isSecret = false) =>
        new(key, allowed, IsList: false, (settings, entry, values) =>
        {
            if (values[0].Any(char.IsControl))
                return false;
            apply(settings, entry, values[0]);
            return true;
        })
        { IsSecret = isSecret };

    public static Setting Line(string key, string allowed, Action<HostSettings, string> apply) =>
        LineOfEntry(key, allowed, (settings, _, text) => apply(settings, text));

    /// <summary>The key of one entry.</summary>
    public string KeyOf(int entry) => Key.Replace(AnyNumber, $":{entry}:", StringComparison.Ordinal);

    /// <summary>Whether this is the row of a key: then the number of the entry, and the index of the list's element, where there are such; else they are below zero.</summary>
    public bool IsRowOf(string key, out int entry, out int index)
    {
        (entry, index) = (-1, -1);
        if (!key.StartsWith(_start, StringComparison.OrdinalIgnoreCase))
            return false;
        ReadOnlySpan<char> rest = key.AsSpan(_start.Length);
        if (_end.Length > 0)
        {
            int numberLength = Math.Max(rest.IndexOf(':'), 0);
            if (!IsNumber(rest[..numberLength], out entry) || !rest[numberLength..].StartsWith(_end, StringComparison.OrdinalIgnoreCase))
                return false;
            rest = rest[(numberLength + _end.Length)..];
        }
        return rest.IsEmpty || (IsList && rest[0] == ':' && IsNumber(rest[1..], out index));
    }

    /// <summary>Whether this row lies in the section that a key names.</summary>
    public bool IsBelow(string section) =>
        Key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase) || (_end.Length > 0 && IsRowOf(section + _end, out _, out _));

    private static bool IsNumber(ReadOnlySpan<char> text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static Setting Single(string key, string allowed, Func<HostSettings, string, bool> tryApply) =>
        new(key, allowed, IsList: false, (settings, _, values) => tryApply(settings, values[0]));

    private static string Zero(string zero, string? meaning) => meaning is null ? "" : $"; {zero} means {meaning}";

    private static string Written(TimeSpan duration) =>
        duration == TimeSpan.Zero ? "0s" : duration.TotalHours >= 1 ? $"{duration.TotalHours}h" : duration.TotalSeconds >= 1 ? $"{duration.TotalSeconds}s" : $"{duration.TotalMilliseconds}ms";
}
