using System.IO.Compression;
using RawWs.Host.Settings;
using Xunit;

namespace RawWs.Tests.Host.Settings;

public sealed class CompressionSettingsTests
{
    private static readonly (string Key, string Value)[] AllButTheSwitch =
    [
        ("Server:Compression:Level", "optimal"),
        ("Server:Compression:MemoryLevel", "1"),
        ("Server:Compression:WindowBits", "9"),
        ("Server:Compression:Threshold", "0"),
        ("Server:Compression:ServerTakeover", "true"),
        ("Server:Compression:ClientTakeover", "true"),
        ("Server:Compression:MaxContexts", "7"),
    ];

    [Fact]
    public void The_program_compresses_nothing_unless_it_is_told_to() => Assert.Null(SettingsReader.Read([]).Server.Defaults.Compression);

    [Fact]
    public void Other_keys_do_not_switch_compression_on() => Assert.Null(Read(AllButTheSwitch).Defaults.Compression);

    [Fact]
    public void Switched_off_by_a_later_source_it_is_off() =>
        Assert.Null(SettingsReader.Read([Source(("Server:Compression:Enabled", "true")), Source(("Server:Compression:Enabled", "false"))]).Server.Defaults.Compression);

    [Fact]
    public void Switched_on_alone_it_has_the_defaults_of_the_library() =>
        Assert.Equal(new CompressionOptions(), Read(("Server:Compression:Enabled", "true")).Defaults.Compression);

    [Fact]
    public void Switched_on_every_key_counts() => Assert.Equal(
        new CompressionOptions { Level = CompressionLevel.Optimal, MemoryLevel = 1, WindowBits = 9, Threshold = 0, ServerTakeover = true, ClientTakeover = true },
        Read([.. AllButTheSwitch, ("Server:Compression:Enabled", "true")]).Defaults.Compression);

    [Fact]
    public void The_order_of_the_sources_does_not_matter_to_the_switch()
    {
        SettingsSource on = Source(("Server:Compression:Enabled", "true"));
        SettingsSource small = Source(("Server:Compression:WindowBits", "10"));
        Assert.Equal(10, SettingsReader.Read([on, small]).Server.Defaults.Compression?.WindowBits);
        Assert.Equal(10, SettingsReader.Read([small, on]).Server.Defaults.Compression?.WindowBits);
    }

    private static WebSocketServerOptions Read(params (string Key, string Value)[] values) => SettingsReader.Read([Source(values)]).Server;

    private static SettingsSource Source(params (string Key, string Value)[] values) =>
        new("test", values.ToDictionary(value => value.Key, string? (value) => value.Value, StringComparer.OrdinalIgnoreCase));
}
