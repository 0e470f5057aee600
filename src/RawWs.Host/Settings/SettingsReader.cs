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
        TlsSettings.Complete(settings, problems);
        settings.Compression.Complete(settings.Server);
        return problems.Count == 0 ? settings : throw new SettingsException(problems);
    }

    private static void Apply(SettingsSource source, HostSettings settings, List<string> problems)
    {
        Dictionary<(Setting Setting, int Entry), List<(int Index, string? Value)>> given = [];
        foreach ((string key, string? value) in source.Values)
        {
            if (Find(key, out int entry, out int index) is { } setting)
                (given.TryGetValue((setting, entry), out List<(int, string?)>? values) ? values : given[(setting, entry)] = []).Add((index, value));
            else if (!IsEmptySection(key, value))
                problems.Add(Unknown(key, source));
        }

        foreach (((Setting setting, int entry), List<(int Index, string? Value)> values) in given)
        {
            string[] ordered = [.. values.OrderBy(value => value.Index).Select(value => value.Value ?? "")];
            // an empty list arrives as an empty value of the list's own key
            if (setting.IsList && ordered is [""] && values[0].Index < 0)
                ordered = [];
            if (!setting.TryApply(settings, entry, ordered))
                problems.Add($"{setting.KeyOf(entry)} = {Quoted(setting, ordered)} ({source.Name}) is not allowed; allowed is {setting.Allowed}");
        }
    }

    private static Setting? Find(string key, out int entry, out int index)
    {
        (entry, index) = (-1, -1);
        foreach (Setting setting in SettingsTable.All)
            if (setting.IsRowOf(key, out entry, out index))
                return setting;
        return null;
    }

    // "Handshake": {} says nothing, and says it correctly
    private static bool IsEmptySection(string key, string? value) => string.IsNullOrEmpty(value) && SettingsTable.All.Any(setting => setting.IsBelow(key));

    // without the value: it may be a password whose key is misspelled
    private static string Unknown(string key, SettingsSource source)
    {
        if (SettingsTable.All.FirstOrDefault(setting => setting.IsBelow(key)) is { } below)
            return $"{key} ({source.Name}): this is a section, with keys such as {below.Key}";
        string withoutIndex = key.TrimEnd([.. "0123456789"]).TrimEnd(':');
        string? meant = Spelling.Nearest(withoutIndex, SettingsTable.All.Select(setting => setting.Key));
        return $"{key} ({source.Name}): there is no such key; " + (meant is null ? "--help lists all keys" : $"did you mean {meant}?");
    }

    private static string Quoted(Setting setting, IReadOnlyList<string> values)
    {
        string joined = setting.IsSecret ? "***" : string.Join(", ", values.Select(value => $"\"{value}\""));
        return setting.IsList ? $"[{joined}]" : joined;
    }
}
