using RawWs.Host.Settings;

namespace RawWs.Host;

/// <summary>What stands on the command line: <c>rawws [serve] [--settings FILE] [--KEY=VALUE ...]</c>.</summary>
/// <remarks>By hand, because a command-line library is larger than the rest of the program in its native build.</remarks>
internal sealed class CommandLine
{
    private readonly Dictionary<string, string?> _values = new(StringComparer.OrdinalIgnoreCase);

    public bool AsksForHelp { get; private init; }

    public bool AsksForVersion { get; private init; }

    public string? SettingsFile { get; private set; }

    /// <summary>Settings by key, parts joined by colons; of two with the same key the later counts.</summary>
    public IReadOnlyDictionary<string, string?> Values => _values;

    /// <exception cref="SettingsException">An argument is not understood.</exception>
    public static CommandLine Parse(string[] args)
    {
        if (args.Any(arg => arg is "--help" or "-h" or "-?"))
            return new() { AsksForHelp = true };
        if (args is ["--version"])
            return new() { AsksForVersion = true };

        CommandLine line = new();
        for (int i = args is ["serve", ..] ? 1 : 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || args[i].Length == 2)
                throw new SettingsException($"\"{args[i]}\" is not understood; allowed is serve, --settings FILE, --KEY=VALUE, --help, --version");
            (string name, string? value) = args[i][2..].Split('=', 2) is [string before, string after] ? (before, after) : (args[i][2..], null);
            if (value is null && ++i < args.Length)
                value = args[i];
            if (value is null)
                throw new SettingsException($"--{name} has no value; write --{name}=VALUE");
            if (name == "settings")
                line.SettingsFile = value;
            else
                line._values[name] = value;
        }

        return line;
    }
}
