using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>Clients in other languages against our server, both compressing; each script prints what it saw, plain and over TLS.</summary>
public sealed class DeflateScriptedPeerTests(ScriptRuns runs) : IClassFixture<ScriptRuns>
{
    private static readonly string[] Checks =
    [
        "defaults",
        "takeover both ways",
        "takeover of the client only",
        "takeover of the server only",
        "small window of the server",
        "small window of the client",
        "small windows, no takeover",
        "small windows that we ask for",
        "twenty connections at once",
    ];

    private static readonly string[] NodeChecks = [.. Checks, "takeover that nobody wants", "no word of the client's window"];

    public static IEnumerable<TheoryDataRow<string, string>> NodeRows => Rows(NodeChecks);

    public static IEnumerable<TheoryDataRow<string, string>> PythonRows => Rows(Checks);

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(NodeRows))]
    public Task Node_ws_compresses(string scheme, string check) => AssertSeenAsync(Peers.RequireNodeWs(), "node/deflate-client.js", scheme, check);

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(PythonRows))]
    public Task Python_websockets_compresses(string scheme, string check) => AssertSeenAsync(Peers.RequirePythonWebsockets(), "python/deflate_client.py", scheme, check);

    private static IEnumerable<TheoryDataRow<string, string>> Rows(string[] checks) =>
        from scheme in (string[])["ws", "wss"] from check in checks select new TheoryDataRow<string, string>(scheme, check);

    private async Task AssertSeenAsync(string program, string script, string scheme, string check)
    {
        ScriptRuns.Check seen = await runs.FindAsync(program, script, scheme, check);
        Assert.True(seen.IsGood, seen.Detail);
    }
}
