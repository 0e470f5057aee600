using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>Clients in other languages against our server; each script prints what it saw.</summary>
public sealed class ScriptedPeerTests(ScriptRuns runs) : IClassFixture<ScriptRuns>
{
    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData("text comes back")]
    [InlineData("binary comes back")]
    [InlineData("an empty message comes back")]
    [InlineData("fragments come back as one message")]
    [InlineData("16 MiB come back")]
    [InlineData("1000 messages come back in order")]
    [InlineData("a fragmented message of the server arrives whole")]
    [InlineData("a ping is answered with its payload")]
    [InlineData("the pong to the server's ping is seen")]
    [InlineData("our close is answered with its code")]
    [InlineData("our close without a code is answered")]
    [InlineData("the server's close has its code and reason")]
    [InlineData("a handler that fails closes with 1011")]
    [InlineData("an abort leaves the server serving")]
    [InlineData("a subprotocol is agreed on")]
    [InlineData("a rejection has its status and body")]
    public Task Node_ws_sees_that(string check) => AssertSeenAsync(Peers.RequireNodeWs(), "node/client.js", check);

    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData("text comes back")]
    [InlineData("binary comes back")]
    [InlineData("an empty message comes back")]
    [InlineData("fragments come back as one message")]
    [InlineData("16 MiB come back")]
    [InlineData("a fragmented message of the server arrives whole")]
    [InlineData("a ping is answered")]
    [InlineData("the pong to the server's ping is seen")]
    [InlineData("our close is answered with its code")]
    [InlineData("the server's close has its code and reason")]
    [InlineData("a handler that fails closes with 1011")]
    [InlineData("an abort leaves the server serving")]
    [InlineData("a subprotocol is agreed on")]
    [InlineData("a rejection has its status")]
    public Task Python_websockets_sees_that(string check) => AssertSeenAsync(Peers.RequirePythonWebsockets(), "python/client.py", check);

    private async Task AssertSeenAsync(string program, string script, string check)
    {
        ScriptRuns.Check seen = await runs.FindAsync(program, script, check);
        Assert.True(seen.IsGood, seen.Detail);
    }
}
