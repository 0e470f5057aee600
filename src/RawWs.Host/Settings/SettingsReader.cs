using System.Globalization;

namespace RawWs.Host.Settings;

/// <summary>Judges every key of every source against the table and applies them, later sources over earlier ones.</summary>
/// <remarks>
/// The framework's binder is not used: it appends to default lists, stops at the first unknown key without naming its
/// path, and takes <c>"20"</c> for 20 days.
/// </remarks>
internal static class SettingsReader
{
    /// <exception cref="SettingsException">Keys that do not exist or values that are not allowed: all of them.</exception>
    public static HostSettings Read(IEnumerable<SettingsSource> sources)
    {
        HostSettings settings = new();
        List<string> problems = [];
        foreach (SettingsSource source in sources)
            Apply(source, settings, problems);
        return problems.Count == 0 ? settings : throw new SettingsException(problems);
    }

    private static void Apply(SettingsSource source, HostSettings settings, List<string> problems)
    {
        Dictionary<Setting, List<(int Index, string? Value)>> given = [];
        foreach ((string key, string? value) in source.Values)
        {
            if (Find(key, out int index) is { } setting)
                (given.TryGetValue(setting, out List<(int, string?)>? values) ? values : given[setting] = []).Add((index, value));
            else if (!IsEmptySection(key, value))
                problems.Add(Unknown(key, value, source));
        }

        foreach ((Setting setting, List<(int Index, string? Value)> values) in given)
        {
            string[] ordered = [.. values.OrderBy(entry => entry.Index).Select(entry => entry.Value ?? "")];
            // an empty list arrives as an empty value of the list's own key
            bool isEmptyList = setting.IsList && ordered is [""] && values[0].Index < 0;
            if (!setting.TryApply(settings, isEmptyList ? [] : ordered))
                problems.Add($"{setting.Key} = {Quoted(isEmptyList ? [] : ordered, setting.IsList)} ({source.Name}) is not allowed; allowed is {setting.Allowed}");
        }
    }

    /// <summary>The row of a key; the index is that of a list's element, or below zero.</summary>
    private static Setting? Find(string key, out int index)
    {
        index = -1;
        foreach (Setting setting in SettingsTable.All)
        {
            if (key.Equals(setting.Key, StringComparison.OrdinalIgnoreCase))
                return setting;
            if (setting.IsList
                && key.StartsWith(setting.Key + ":", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(key.AsSpan(setting.Key.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out index))
                return setting;
        }

        return null;
    }

    // "Handshake": {} says nothing, and says it correctly
    private static bool IsEmptySection(string key, string? value) =>
        string.IsNullOrEmpty(value) && SettingsTable.All.Any(setting => setting.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase));

    private static string Unknown(string key, string? value, SettingsSource source)
    {
        string withoutIndex = key.TrimEnd([.. "0123456789"]).TrimEnd(':');
        string? meant = Spelling.Nearest(withoutIndex, SettingsTable.All.Select(setting => setting.Key));
        return $"{key} = {Quoted([value ?? ""], isList: false)} ({source.Name}): there is no such key; "
            + (meant is null ? "--help lists all keys" : $"did you mean {meant}?");
    }

    private static string Quoted(IReadOnlyList<string> values, bool isList)
    {
        string joined = string.Join(", ", values.Select(value => $"\"{value}\""));
        return isList ? $"[{joined}]" : joined;
    }
}
