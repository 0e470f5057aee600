using System.Diagnostics;
using RawWs.Tests.Architecture;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>The programs of others that these tests run, where they are installed.</summary>
internal static class Peers
{
    private static readonly Lazy<Peer> NodeWs = new(FindNodeWs);
    private static readonly Lazy<Peer> Node = new(static () => new(Find("node"), "Node.js is not installed: apt-get install nodejs"));
    private static readonly Lazy<Peer> PythonWebsockets = new(static () => FindPython("websockets", "apt-get install python3-websockets, or pip install websockets"));
    private static readonly Lazy<Peer> Python = new(static () => FindPython("zlib", "apt-get install python3"));
    private static readonly Lazy<Peer> OpenSsl = new(static () => new(Find("openssl"), "openssl is not installed: apt-get install openssl"));
    private static readonly Lazy<Peer> Chromium = new(FindChromium);

    public static string Scripts { get; } = Repository.PathOf("tests/RawWs.Tests/Interop");

    /// <summary>The program that runs Node scripts, with the package ws at hand.</summary>
    public static string RequireNodeWs() => Require(NodeWs.Value);

    /// <summary>The same without ws.</summary>
    public static string RequireNode() => Require(Node.Value);

    /// <summary>The program that runs python scripts, with the package websockets at hand.</summary>
    public static string RequirePythonWebsockets() => Require(PythonWebsockets.Value);

    /// <summary>The same without websockets, but with zlib.</summary>
    public static string RequirePython() => Require(Python.Value);

    public static string RequireOpenSsl() => Require(OpenSsl.Value);

    public static string RequireChromium() => Require(Chromium.Value);

    // a user's machine may lack a peer; the project's own checks must not
    private static string Require(Peer peer)
    {
        if (peer.Program is { } program) return program;
        if (Environment.GetEnvironmentVariable("RAWWSTEST_REQUIRE_PEERS") == "1") Assert.Fail(peer.HowToInstall);
        Assert.Skip(peer.HowToInstall);
        return "";
    }

    private static Peer FindNodeWs()
    {
        string? node = Directory.Exists(Path.Combine(Scripts, "node", "node_modules", "ws")) ? Find("node") : null;
        return new(node, "Node's ws is not installed: install Node.js, then run npm ci in tests/RawWs.Tests/Interop/node");
    }

    private static Peer FindPython(string module, string howToInstall) => new(
        new[] { Find("python3"), "/usr/bin/python3", Find("python") }.FirstOrDefault(python => python is not null && HasModule(python, module)),
        $"python {module} is not installed: {howToInstall}");

    private static Peer FindChromium() => new(
        Find("chromium") ?? Find("chromium-browser") ?? Find("google-chrome"), "Chromium is not installed: apt-get install chromium");

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program))
        .FirstOrDefault(File.Exists);

    private static bool HasModule(string python, string module)
    {
        if (!File.Exists(python)) return false;
        using Process process = Process.Start(new ProcessStartInfo(python, ["-c", $"import {module}"]) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private sealed record Peer(string? Program, string HowToInstall);
}
