using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace RawWs.Host.Settings;

/// <summary>Keys and values from one place, which is named where one of them is wrong.</summary>
/// <param name="Name">The place, for people.</param>
/// <param name="Values">Leaf keys, parts joined by colons, and their values; compared without case.</param>
internal sealed record SettingsSource(string Name, IReadOnlyDictionary<string, string?> Values)
{
    private const string EnvironmentPrefix = "RAWWS_";

    /// <summary>The file that <c>--settings</c> names, else <c>settings.json</c> in the current folder, else the one beside the program, else none.</summary>
    public static string? FindFile(string? named, string currentFolder, string programFolder)
    {
        if (named is not null)
            return named;
        const string Default = "settings.json";
        return new[] { Path.Combine(currentFolder, Default), Path.Combine(programFolder, Default) }.FirstOrDefault(File.Exists);
    }

    public static SettingsSource FromFile(string path)
    {
        try
        {
            // not AddJsonFile: it does not see hidden files and would bring a file watcher along
            using FileStream stream = File.OpenRead(path);
            return new(Path.GetFileName(path), Leaves(new ConfigurationBuilder().AddJsonStream(stream)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SettingsException($"--settings \"{path}\": there is no such file");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new SettingsException($"settings file \"{path}\" cannot be read: it must be a file that this user may read");
        }
        catch (JsonException e)
        {
            string what = e.Message.Split(" LineNumber:", 2)[0];
            throw new SettingsException($"settings file \"{path}\", line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: not valid JSON: {what}");
        }
        catch (FormatException e)
        {
            throw new SettingsException($"settings file \"{path}\": {e.Message}");
        }
    }

    public static SettingsSource FromEnvironment() =>
        new($"environment, {EnvironmentPrefix}*", Leaves(new ConfigurationBuilder().AddEnvironmentVariables(EnvironmentPrefix)));

    public static SettingsSource FromCommandLine(IEnumerable<KeyValuePair<string, string?>> values) =>
        new("command line", Leaves(new ConfigurationBuilder().AddInMemoryCollection(values)));

    private static Dictionary<string, string?> Leaves(IConfigurationBuilder builder)
    {
        Dictionary<string, string?> leaves = new(StringComparer.OrdinalIgnoreCase);
        Collect(builder.Build(), leaves);
        return leaves;
    }

    private static void Collect(IConfiguration parent, Dictionary<string, string?> leaves)
    {
        foreach (IConfigurationSection section in parent.GetChildren())
        {
            if (section.Value is not null || !section.GetChildren().Any())
                leaves[section.Path] = section.Value;
            Collect(section, leaves);
        }
    }
}
