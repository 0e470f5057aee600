using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace RawWs.Tests.Architecture;

/// <summary>Which layer may know which, checked in the built assembly down to the method bodies.</summary>
public sealed class LayeringTests
{
    private static readonly Assembly Library = typeof(WebSocketServer).Assembly;

    private static readonly IReadOnlyDictionary<string, IReadOnlySet<string>> References = ReferencedTypes.In(Library.Location);

    /// <summary>The public types that every layer may speak of: they hold data and know no layer.</summary>
    private static readonly HashSet<string> Vocabulary =
    [
        nameof(CompressionOptions),
        nameof(CompressionStatistics),
        nameof(MessageCompression),
        nameof(SendOptions),
        nameof(WebSocketCloseInitiator),
        nameof(WebSocketCloseResult),
        nameof(WebSocketClosedException),
        nameof(WebSocketHandshakeException),
        nameof(WebSocketMessage),
        nameof(WebSocketProtocolException),
    ];

    /// <summary>What would make the protocol impure: input and output, waiting, time, chance, logs.</summary>
    private static readonly string[] Impure =
    [
        "System.Net.Sockets.", "System.IO.", "System.Threading.", "System.Security.Cryptography.", "Microsoft.Extensions.Logging.",
        "System.Diagnostics.Stopwatch", "System.DateTime", "System.Random", "System.TimeProvider", "System.Console",
    ];

    /// <summary>Native contexts are counted where they are made and ended.</summary>
    private static readonly string[] Counting = ["System.Threading.Interlocked", "System.Threading.Volatile"];

    [Fact]
    public void The_scan_sees_what_stands_only_in_a_method_body() =>
        Assert.Contains("System.Globalization.CultureInfo", References["RawWs." + nameof(WebSocketCloseResult)]);

    [Fact]
    public void Protocol_knows_nothing_of_ours_but_the_vocabulary() =>
        AssertNone("Protocol", static used => IsOurs(used) && !IsIn(used, "Protocol") && !IsVocabulary(used));

    [Fact]
    public void Protocol_does_no_input_or_output_and_knows_no_time_chance_or_log() =>
        AssertNone("Protocol", static used => !Counting.Contains(used) && Impure.Any(name => used.StartsWith(name, StringComparison.Ordinal)));

    [Fact]
    public void Transport_knows_nothing_of_ours_but_exceptions() =>
        AssertNone("Transport", static used => IsOurs(used) && !IsIn(used, "Transport") && !(IsVocabulary(used) && used.EndsWith("Exception", StringComparison.Ordinal)));

    [Fact]
    public void Transport_knows_no_text_of_the_protocol() =>
        AssertNone("Transport", static used => used.StartsWith("System.Net.WebSockets.", StringComparison.Ordinal));

    /// <summary>The log of frames is let in because frames are whole nowhere else; it is a class, not a seam, as long as there is one.</summary>
    [Fact]
    public void Connection_knows_protocol_the_seam_to_the_transport_the_vocabulary_the_options_and_the_log_of_frames() =>
        AssertNone("Connection", static used => IsOurs(used) && !IsIn(used, "Connection") && !IsIn(used, "Protocol") && !IsVocabulary(used)
            && used is not ("RawWs.Transport.ITransportConnection" or "RawWs.WebSocketConnectionOptions" or "RawWs.WebSocketMessageStream"
                or "RawWs.Diagnostics.FrameLog"));

    [Fact]
    public void Adapters_know_the_connection_the_protocol_and_the_vocabulary() =>
        AssertNone("Adapters", static used => IsOurs(used) && !IsIn(used, "Adapters") && !IsIn(used, "Connection") && !IsIn(used, "Protocol")
            && !IsVocabulary(used) && used is not "RawWs.WebSocketMessageStream");

    [Fact]
    public void Connection_knows_no_sockets() =>
        AssertNone("Connection", static used => used.StartsWith("System.Net.Sockets.", StringComparison.Ordinal));

    /// <summary>Connection and Server both hold the log of frames, so it may know neither.</summary>
    [Fact]
    public void Diagnostics_knows_nothing_of_ours_but_the_protocol() =>
        AssertNone("Diagnostics", static used => IsOurs(used) && !IsIn(used, "Diagnostics") && !IsIn(used, "Protocol") && !IsVocabulary(used));

    [Fact]
    public void Connection_knows_no_logger() =>
        AssertNone("Connection", static used => used.StartsWith("Microsoft.Extensions.Logging.", StringComparison.Ordinal));

    [Fact]
    public void Only_tests_and_benchmarks_see_internals() => Assert.Equal(
        ["RawWs.Benchmarks", "RawWs.Tests"],
        Library.GetCustomAttributes<InternalsVisibleToAttribute>().Select(static friend => friend.AssemblyName).Order());

    [Fact]
    public void Every_namespace_is_a_folder_of_a_known_layer() => Assert.All(
        References.Keys.Where(IsOurs),
        static type => Assert.True(IsRoot(type) || IsIn(type, "Protocol") || IsIn(type, "Connection") || IsIn(type, "Transport") || IsIn(type, "Diagnostics") || IsIn(type, "Server") || IsIn(type, "Client") || IsIn(type, "Adapters"), type));

    [Fact]
    public void A_namespace_is_the_folder_it_stands_in()
    {
        string library = Repository.PathOf("src/RawWs");
        foreach (string file in Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories))
        {
            string folder = Path.GetRelativePath(library, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            if (folder.StartsWith("obj", StringComparison.Ordinal) || folder.StartsWith("bin", StringComparison.Ordinal)) continue;
            string expected = folder == "." ? "namespace RawWs;" : $"namespace RawWs.{folder};";
            Assert.True(File.ReadLines(file).Contains(expected), $"{file} does not say: {expected}");
        }
    }

    private static void AssertNone(string layer, Func<string, bool> isForbidden)
    {
        string[] types = [.. References.Keys.Where(type => IsIn(type, layer))];
        Assert.NotEmpty(types);
        string[] broken = [.. from type in types from used in References[type] where isForbidden(used) select $"{type} uses {used}"];
        Assert.True(broken.Length == 0, string.Join('\n', broken));
    }

    private static bool IsOurs(string type) => type.StartsWith("RawWs.", StringComparison.Ordinal);

    private static bool IsRoot(string type) => IsOurs(type) && type.IndexOf('.', "RawWs.".Length) < 0;

    private static bool IsIn(string type, string layer) => type.StartsWith($"RawWs.{layer}.", StringComparison.Ordinal);

    private static bool IsVocabulary(string type) => IsRoot(type) && Vocabulary.Contains(type["RawWs.".Length..]);
}
