using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>Clients in other languages against our server; each script prints what it saw, plain and over TLS.</summary>
public sealed class ScriptedPeerTests(ScriptRuns runs) : IClassFixture<ScriptRuns>
{
    private static readonly string[] NodeChecks =
    [
        "text comes back",
        "binary comes back",
        "an empty message comes back",
        "fragments come back as one message",
        "16 MiB come back",
        "1000 messages come back in order",
        "a fragmented message of the server arrives whole",
        "a ping is answered with its payload",
        "the pong to the server's ping is seen",
        "our close is answered with its code",
        "our close without a code is answered",
        "the server's close has its code and reason",
        "a handler that fails closes with 1011",
        "an abort leaves the server serving",
        "a subprotocol is agreed on",
        "a rejection has its status and body",
    ];

    private static readonly string[] PythonChecks =
    [
        "text comes back",
        "binary comes back",
        "an empty message comes back",
        "fragments come back as one message",
        "16 MiB come back",
        "a fragmented message of the server arrives whole",
        "a ping is answered",
        "the pong to the server's ping is seen",
        "our close is answered with its code",
        "the server's close has its code and reason",
        "a handler that fails closes with 1011",
        "an abort leaves the server serving",
        "a subprotocol is agreed on",
        "a rejection has its status",
    ];

    public static IEnumerable<TheoryDataRow<string, string>> NodeRows => Rows(NodeChecks);

    public static IEnumerable<TheoryDataRow<string, string>> PythonRows => Rows(PythonChecks);

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(NodeRows))]
    public Task Node_ws_sees_that(string scheme, string check) => AssertSeenAsync(Peers.RequireNodeWs(), "node/client.js", scheme, check);

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(PythonRows))]
    public Task Python_websockets_sees_that(string scheme, string check) => AssertSeenAsync(Peers.RequirePythonWebsockets(), "python/client.py", scheme, check);

    private static IEnumerable<TheoryDataRow<string, string>> Rows(string[] checks) =>
        from scheme in (string[])["ws", "wss"] from check in checks select new TheoryDataRow<string, string>(scheme, check);

    private async Task AssertSeenAsync(string program, string script, string scheme, string check)
    {
        ScriptRuns.Check seen = await runs.FindAsync(program, script, scheme, check);
        Assert.True(seen.IsGood, seen.Detail);
    }
}
