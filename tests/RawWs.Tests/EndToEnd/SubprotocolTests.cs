using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>What comes of the subprotocols that a client offers, and of a bearer token among them.</summary>
public sealed class SubprotocolTests
{
    private static readonly Func<WebSocketEndpointOptions, WebSocketEndpointOptions> WithTokens =
        options => options with { Subprotocols = ["chat"], BearerSubprotocolPrefix = "jwt." };

    [Theory]
    [InlineData("a, b, c", "b")]
    [InlineData("c", null)]
    public async Task A_callback_chooses_among_what_is_offered(string offered, string? chosen)
    {
        IReadOnlyList<string>? seen = null;
        (RawResponse response, _) = await AskAsync(
            options => options with
            {
                Subprotocols = ["c"],
                ChooseSubprotocol = request =>
                {
                    seen = request.Subprotocols;
                    return seen.FirstOrDefault(name => name == "b");
                },
            },
            $"Sec-WebSocket-Protocol: {offered}");
        Assert.Equal((101, chosen), (response.Status, response["Sec-WebSocket-Protocol"]));
        Assert.Equal(offered.Split(", "), seen);
    }

    [Fact]
    public async Task A_callback_is_not_asked_when_nothing_is_offered()
    {
        (RawResponse response, LogLines log) = await AskAsync(options => options with { ChooseSubprotocol = _ => throw new InvalidOperationException() });
        Assert.Equal((101, null), (response.Status, response["Sec-WebSocket-Protocol"]));
        Assert.DoesNotContain(log.All, static line => line.StartsWith("RawWs[12] ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a", 101)]
    [InlineData("b", 400)]
    [InlineData(null, 400)]
    public async Task Where_one_is_needed_a_callback_that_chooses_none_refuses(string? offered, int status)
    {
        (RawResponse response, _) = await AskAsync(
            options => options with { RequireSubprotocol = true, ChooseSubprotocol = request => request.Subprotocols.FirstOrDefault(name => name == "a") },
            offered is null ? [] : [$"Sec-WebSocket-Protocol: {offered}"]);
        Assert.Equal(status, response.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_callback_that_gives_what_was_not_offered_or_throws_is_500_and_logged(bool throws)
    {
        (RawResponse response, LogLines log) = await AskAsync(
            options => options with { ChooseSubprotocol = _ => throws ? throw new InvalidOperationException("broken") : "A" },
            "Sec-WebSocket-Protocol: a");
        Assert.Equal(500, response.Status);
        Assert.Contains(log.All, static line => line.StartsWith("RawWs[12] ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_upgrade_hook_has_the_last_word()
    {
        (RawResponse response, _) = await AskAsync(
            options => options with { ChooseSubprotocol = _ => "a", OnUpgrade = (_, _) => ValueTask.FromResult(UpgradeDecision.Accept("b")) },
            "Sec-WebSocket-Protocol: a, b");
        Assert.Equal("b", response["Sec-WebSocket-Protocol"]);
    }

    [Theory]
    [InlineData("chat, jwt.SECRET", "chat", "chat|SECRET|chat,")]
    [InlineData("jwt.SECRET", null, "|SECRET|")]
    [InlineData("JWT.SECRET, other", null, "other|SECRET|, other")]
    public async Task A_bearer_token_is_told_apart_and_never_sent_back(string offered, string? chosen, string told)
    {
        await using TestServer server = await TestServer.StartAsync(s => s.Map("/token", TellAsync, WithTokens));
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        await peer.SendAsync(Request(peer, [$"Sec-WebSocket-Protocol: {offered}"]));
        RawResponse response = await peer.ReadResponseAsync();
        Assert.Equal((101, chosen), (response.Status, response["Sec-WebSocket-Protocol"]));
        Assert.DoesNotContain(response.Headers, static header => header.Value.Contains("SECRET", StringComparison.Ordinal));
        Assert.Equal(told, Encoding.ASCII.GetString((await peer.ReadFrameAsync()).Payload.Span));
    }

    [Theory]
    [InlineData("Sec-WebSocket-Protocol: chat, jwt.SECRET", 101)]
    [InlineData("Sec-WebSocket-Protocol: jwt.SECRET, jwt.SECRE7", 400)]
    [InlineData("Sec-WebSocket-Protocol: jwt.SECRET, jwt.SECRET", 400)]
    [InlineData("Sec-WebSocket-Protocol: jwt.SECRET=", 400)]
    public async Task A_bearer_token_is_in_no_log(string header, int status)
    {
        (RawResponse response, LogLines log) = await AskAsync(WithTokens, header);
        Assert.Equal(status, response.Status);
        Assert.Contains(log.All, static line => line.Contains("Sec-WebSocket-Protocol: ", StringComparison.Ordinal) && line.EndsWith(" ***", StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, static line => line.Contains("SECRE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hook_that_chooses_the_token_for_a_subprotocol_is_500_and_the_token_in_no_log()
    {
        (RawResponse response, LogLines log) = await AskAsync(
            options => WithTokens(options) with { OnUpgrade = (request, _) => ValueTask.FromResult(UpgradeDecision.Accept("jwt." + request.BearerToken)) },
            "Sec-WebSocket-Protocol: chat, jwt.SECRET");
        Assert.Equal(500, response.Status);
        Assert.DoesNotContain(log.All, static line => line.Contains("SECRET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_token_of_Authorization_is_told_on_any_route_and_the_subprotocols_of_ordinary_HTTP_are_none()
    {
        await using TestServer server = await TestServer.StartAsync(s =>
            s.MapHttp("/who", request => HttpReply.Text($"{request.BearerToken} {request.Subprotocols.Count}")));
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        await peer.SendAsync($"GET /who HTTP/1.1\r\nHost: {peer.Host}\r\nAuthorization: Bearer abc\r\nSec-WebSocket-Protocol: a\r\n\r\n");
        Assert.Equal("abc 0", Encoding.ASCII.GetString((await peer.ReadResponseAsync()).Body));
    }

    [Theory]
    [InlineData("", "BearerSubprotocolPrefix is \"\"")]
    [InlineData("bearer ", "BearerSubprotocolPrefix is \"bearer \"")]
    [InlineData("CH", "the subprotocol chat begins with it")]
    public async Task A_prefix_that_cannot_work_is_refused_at_the_start(string prefix, string problem)
    {
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => TestServer.StartAsync(s =>
            s.Map("/token", TestServer.EchoAsync, options => options with { Subprotocols = ["chat"], BearerSubprotocolPrefix = prefix })));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    /// <summary>What the application sees of the request.</summary>
    private static Task TellAsync(WebSocketConnection connection)
    {
        HttpRequest request = connection.Request;
        return connection.SendAsync($"{string.Join(' ', request.Subprotocols)}|{request.BearerToken}|{request.Headers["Sec-WebSocket-Protocol"]}").AsTask();
    }

    /// <summary>The answer of a route with these options, and all that was logged meanwhile.</summary>
    private static async Task<(RawResponse Response, LogLines Log)> AskAsync(
        Func<WebSocketEndpointOptions, WebSocketEndpointOptions> configure, params string[] lines)
    {
        LogLines log = new();
        await using TestServer server = await TestServer.StartAsync(
            s => s.Map("/token", TestServer.EchoAsync, configure), new WebSocketServerOptions { LoggerFactory = log, LogFrames = true });
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        await peer.SendAsync(Request(peer, lines));
        return (await peer.ReadResponseAsync(), log);
    }

    private static string Request(RawPeer peer, string[] lines) =>
        HandshakeRequest.Upgrade.To("/token").Plus(lines).ToString().Replace("{host}", peer.Host, StringComparison.Ordinal);
}
