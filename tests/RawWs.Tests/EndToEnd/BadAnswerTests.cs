using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>Answers that are no upgrade to what was asked for (RFC 6455 section 4.1): each is refused by name, and the connection is closed.</summary>
/// <remarks><c>{accept}</c> stands for the value that the request's key demands.</remarks>
public sealed class BadAnswerTests
{
    private const string Start = "HTTP/1.1 101 Switching Protocols\r\n";
    private const string Upgrade = "Upgrade: websocket\r\n";
    private const string Connection = "Connection: Upgrade\r\n";
    private const string Accept = "Sec-WebSocket-Accept: {accept}\r\n";
    private const string Rest = Upgrade + Connection + Accept + "\r\n";

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + Rest, 200)]
    [InlineData("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n" + Rest, 202)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", 302)]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404)]
    [InlineData("HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nContent-Length: 0\r\n\r\n", 426)]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", 500)]
    [InlineData("HTTP/1.0 404 Not Found\r\n\r\n", 404)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", 403)]
    public async Task Status_other_than_101_is_the_callers_to_see(string answer, int status)
    {
        WebSocketHandshakeException error = await RefuseAsync(answer, "6455 section 4.1");
        Assert.Equal(status, error.Status);
        Assert.Contains(status.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Start + Connection + Accept + "\r\n", "no Upgrade")]
    [InlineData(Start + "Upgrade: \r\n" + Connection + Accept + "\r\n", "an empty Upgrade")]
    [InlineData(Start + "Upgrade: h2c\r\n" + Connection + Accept + "\r\n", "another Upgrade")]
    [InlineData(Start + "Upgrade: websockets\r\n" + Connection + Accept + "\r\n", "almost the Upgrade")]
    [InlineData(Start + "Upgrade: websocket/13\r\n" + Connection + Accept + "\r\n", "an Upgrade with a version")]
    [InlineData(Start + "Upgrade: h2c, websocket\r\n" + Connection + Accept + "\r\n", "two Upgrades on a line")]
    [InlineData(Start + Upgrade + Upgrade + Connection + Accept + "\r\n", "Upgrade twice")]
    [InlineData(Start + Upgrade + Accept + "\r\n", "no Connection")]
    [InlineData(Start + Upgrade + "Connection: keep-alive\r\n" + Accept + "\r\n", "a Connection without the token")]
    [InlineData(Start + Upgrade + "Connection: Upgraded\r\n" + Accept + "\r\n", "almost the token")]
    [InlineData(Start + Upgrade + "Connection: \"Upgrade\"\r\n" + Accept + "\r\n", "the token in quotes")]
    public Task Upgrade_and_Connection_must_say_what_was_asked_for(string answer, string why) => RefuseAsync(answer, "6455 section 4.1", why);

    [Theory]
    [InlineData("", "none")]
    [InlineData("Sec-WebSocket-Accept: \r\n", "empty")]
    [InlineData("Sec-WebSocket-Accept: {accept}, {accept}\r\n", "twice on a line")]
    [InlineData("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", "of the RFC's own example key")]
    [InlineData("Sec-WebSocket-Accept: {upper}\r\n", "upper case")]
    [InlineData("Sec-WebSocket-Accept: {lower}\r\n", "lower case")]
    [InlineData("Sec-WebSocket-Accept: {accept}=\r\n", "padded")]
    [InlineData("Sec-WebSocket-Accept: {unpadded}\r\n", "not padded")]
    [InlineData("Sec-WebSocket-Accept: \"{accept}\"\r\n", "in quotes")]
    [InlineData("Sec-WebSocket-Accept: {key}\r\n", "the key itself")]
    [InlineData("Sec-WebSocket-Accept: {accept}\u00a0\r\n", "a no-break space behind it")]
    public Task Accept_must_be_that_of_the_key_byte_for_byte(string line, string why) =>
        RefuseAsync(Start + Upgrade + Connection + line + "\r\n", "6455 section 4.1", why);

    [Theory]
    [InlineData(Accept + Accept, "6455 section 11.3.3", "the right one twice")]
    [InlineData(Accept + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", "6455 section 11.3.3", "the right one and another")]
    [InlineData("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" + Accept, "6455 section 11.3.3", "another and the right one")]
    public Task Accept_stands_once(string lines, string section, string why) => RefuseAsync(Start + Upgrade + Connection + lines + "\r\n", section, why);

    /// <summary>28 characters, each replaced once.</summary>
    [Theory]
    [MemberData(nameof(Positions))]
    public Task Accept_altered_in_one_byte_is_refused(int position) =>
        BadServer.FailAsync<WebSocketHandshakeException>(request =>
        {
            char[] accept = request.Accept.ToCharArray();
            accept[position] = accept[position] == 'A' ? 'B' : 'A';
            return ScriptedServer.Accepting(request).Replace(request.Accept, new string(accept), StringComparison.Ordinal);
        });

    [Theory]
    [InlineData("Sec-WebSocket-Extensions: permessage-deflate\r\n", "an extension")]
    [InlineData("Sec-WebSocket-Extensions: x-unknown; a=1\r\n", "an unknown extension")]
    [InlineData("Sec-WebSocket-Protocol: chat\r\n", "a subprotocol")]
    [InlineData("Sec-WebSocket-Protocol: \r\n", "a subprotocol without a name")]
    public Task What_was_not_asked_for_must_not_be_answered(string line, string why) =>
        RefuseAsync(Start + Upgrade + Connection + Accept + line + "\r\n", "6455 section 4.1", why);

    [Theory]
    [InlineData("Sec-WebSocket-Protocol: v3.chat\r\n", "6455 section 4.1", "one that was not asked for")]
    [InlineData("Sec-WebSocket-Protocol: V1.Chat\r\n", "6455 section 4.1", "another case")]
    [InlineData("Sec-WebSocket-Protocol: v1.chat, v2.chat\r\n", "6455 section 4.2.2", "two on a line")]
    [InlineData("Sec-WebSocket-Protocol: v1.chat\r\nSec-WebSocket-Protocol: v2.chat\r\n", "6455 section 11.3.4", "two lines")]
    [InlineData("Sec-WebSocket-Protocol: v1.chat\r\nSec-WebSocket-Protocol: v1.chat\r\n", "6455 section 11.3.4", "twice the same")]
    [InlineData("Sec-WebSocket-Protocol: \r\n", "6455 section 4.1", "none")]
    public Task Subprotocol_must_be_one_that_was_asked_for(string line, string section, string why) =>
        RefuseAsync(Start + Upgrade + Connection + Accept + line + "\r\n", section, why, static options => options with { Subprotocols = ["v1.chat", "v2.chat"] });

    [Theory]
    [InlineData("HTTP/1.0 101 Switching Protocols\r\n" + Rest, "9110 section 15.2", "HTTP/1.0 has no upgrade")]
    [InlineData(Start + "Content-Length: 5\r\n" + Rest, "9110 section 8.6", "a body's length")]
    [InlineData(Start + "Content-Length: 0\r\nContent-Length: 0\r\n" + Rest, "9110 section 8.6", "two lengths")]
    [InlineData(Start + "Transfer-Encoding: chunked\r\n" + Rest, "9112 section 6.1", "a body in chunks")]
    [InlineData("HTTP/2.0 101 Switching Protocols\r\n" + Rest, "9112 section 2.3", "HTTP/2 as text")]
    [InlineData("HTTP/1.1 101\n" + Rest, "9112 section 2.2", "bare LF behind the status line")]
    [InlineData(Start + "Upgrade: websocket\n" + Connection + Accept + "\r\n", "9112 section 2.2", "bare LF behind a header")]
    [InlineData(Start + Upgrade + Connection + Accept + "\n", "9112 section 2.2", "bare LF as the last line")]
    [InlineData(Start + Upgrade + Connection + Accept + "X: a\rb\r\n\r\n", "9112 section 2.2", "bare CR")]
    [InlineData(Start + Upgrade + Connection + Accept + "X: a\r\n b\r\n\r\n", "9112 section 5.2", "obs-fold")]
    [InlineData(Start + " X: a\r\n" + Rest, "9112 section 5.2", "white space before the first header")]
    [InlineData(Start + Upgrade + Connection + Accept + "X: a\0b\r\n\r\n", "9110 section 5.5", "NUL")]
    [InlineData(Start + Upgrade + Connection + Accept + "X: a\u001bb\r\n\r\n", "9110 section 5.5", "ESC")]
    [InlineData(Start + "Upgrade : websocket\r\n" + Connection + Accept + "\r\n", "9112 section 5.1", "space before the colon")]
    [InlineData(Start + "nocolon\r\n" + Rest, "9112 section 5", "no colon")]
    [InlineData(Start + ": no name\r\n" + Rest, "9110 section 5.1", "no name")]
    [InlineData("HTTP/1.1 1O1 Switching Protocols\r\n" + Rest, "9112 section 4", "a letter in the status")]
    [InlineData("HTTP/1.1 1010 Switching Protocols\r\n" + Rest, "9112 section 4", "four digits")]
    [InlineData("HTTP/1.1  101 Switching Protocols\r\n" + Rest, "9112 section 4", "two spaces")]
    [InlineData("http/1.1 101 Switching Protocols\r\n" + Rest, "9112 section 2.3", "lower case")]
    [InlineData("ICY 101 OK\r\n" + Rest, "9112 section 4", "another protocol's status line")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "9112 section 4", "another protocol's greeting")]
    [InlineData("<html>\r\n\r\n", "9112 section 4", "no head at all")]
    public async Task What_is_no_HTTP_answer_to_an_upgrade_is_refused(string answer, string section, string why)
    {
        WebSocketHandshakeException error = await RefuseAsync(answer, section, why);
        Assert.InRange(error.Status, 0, 101);
    }

    [Theory]
    [InlineData("HTTP/1.1 101 \r\n" + Rest, "an empty reason")]
    [InlineData("HTTP/1.1 101 anything \u00e9\r\n" + Rest, "another reason")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Start + Rest, "interim answers before it")]
    [InlineData(Start + "uPGRADE: WebSocket\r\nCONNECTION: keep-alive , uPgRaDe\r\nsec-websocket-accept:{accept}\r\n\r\n", "other case, no space")]
    [InlineData(Start + Upgrade + "Connection: keep-alive\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \t {accept} \t\r\n\r\n", "two lines, white space around the value")]
    [InlineData(Start + "X-\u0021#$%&'*+.^_`|~: \u00e9\t\"\r\n" + Rest, "every sign that a name may have")]
    public async Task What_a_rule_allows_is_accepted(string answer, string why)
    {
        await using ScriptedServer server = ScriptedServer.Start(async client =>
        {
            await client.SendAsync(Fill(answer, await client.ReadRequestAsync()));
            Assert.True((await client.ReadFrameAsync()).CloseCode == 1000, why);
            await client.SendAsync(new RawFrame(RawFrame.Close, RawFrame.ClosePayload(1000, default)));
            client.HalfClose();
        });
        await using (WebSocketConnection connection = await BadServer.OpenAsync(server))
            Assert.Null(connection.Subprotocol);
        await server.FinishAsync();
    }

    public static IEnumerable<TheoryDataRow<int>> Positions => Enumerable.Range(0, 28).Select(static position => new TheoryDataRow<int>(position));

    private static async Task<WebSocketHandshakeException> RefuseAsync(
        string answer, string section, string why = "", Func<WebSocketClientOptions, WebSocketClientOptions>? change = null)
    {
        WebSocketHandshakeException error = await BadServer.FailAsync<WebSocketHandshakeException>(request => Fill(answer, request), change);
        TestContext.Current.TestOutputHelper?.WriteLine($"{why}: {error.Message}");
        BadServer.AssertNames(section, error);
        return error;
    }

    private static string Fill(string answer, RawRequest request) => answer
        .Replace("{accept}", request.Accept, StringComparison.Ordinal)
        .Replace("{upper}", request.Accept.ToUpperInvariant(), StringComparison.Ordinal)
        .Replace("{lower}", request.Accept.ToLowerInvariant(), StringComparison.Ordinal)
        .Replace("{unpadded}", request.Accept.TrimEnd('='), StringComparison.Ordinal)
        .Replace("{key}", request["Sec-WebSocket-Key"], StringComparison.Ordinal);
}
