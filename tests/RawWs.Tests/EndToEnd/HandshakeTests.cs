using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>Each row of the handshake table, bytes on a socket: what is refused and how, and what is let in.</summary>
public sealed class HandshakeTests(HandshakeServer server) : IClassFixture<HandshakeServer>
{
    public static IEnumerable<TheoryDataRow<string>> Refused => HandshakeRow.Names(HandshakeRefusals.Rows);

    public static IEnumerable<TheoryDataRow<string>> Answered => HandshakeRow.Names(HandshakePages.Rows);

    public static IEnumerable<TheoryDataRow<string>> LetIn => HandshakeRow.Names(HandshakeAcceptances.Rows);

    [Theory]
    [MemberData(nameof(Refused))]
    public Task Refusal_is_complete_and_the_last_answer(string name) => AssertAnswerAsync(HandshakeRefusals.Rows, name);

    [Theory]
    [MemberData(nameof(Answered))]
    public Task Ordinary_answer_is_complete_and_the_last_one(string name) => AssertAnswerAsync(HandshakePages.Rows, name);

    [Theory]
    [MemberData(nameof(LetIn))]
    public async Task Upgrade_is_accepted_and_frames_in_the_same_segment_are_kept(string name)
    {
        HandshakeRow row = HandshakeAcceptances.Rows.Single(row => row.Name == name);
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        byte[] request = Encoding.Latin1.GetBytes(row.Request.Replace("{host}", peer.Host, StringComparison.Ordinal));
        byte[] message = new RawFrame(RawFrame.Text, "early"u8.ToArray()).ToMaskedBytes();
        byte[] close = new RawFrame(RawFrame.Close, RawFrame.ClosePayload(1000, default)).ToMaskedBytes();

        await peer.SendAsync((byte[])[.. request, .. message, .. close]);

        RawResponse response = await peer.ReadResponseAsync();
        Assert.Equal("HTTP/1.1 101 Switching Protocols", response.StatusLine);
        Assert.Equal(["websocket"], response.Tokens("Upgrade"));
        Assert.Equal(["upgrade"], response.Tokens("Connection"));
        Assert.Equal(RawPeer.Accept, response["Sec-WebSocket-Accept"]);
        Assert.Null(response["Sec-WebSocket-Extensions"]);
        Assert.Null(response["Content-Length"]); // RFC 9110 section 8.6
        AssertHeaders(row, response);
        Assert.Equal(row.Headers.Any(header => header.StartsWith("Sec-WebSocket-Protocol:", StringComparison.Ordinal)), response["Sec-WebSocket-Protocol"] is not null);

        RawFrame echo = await peer.ReadFrameAsync();
        Assert.Equal((RawFrame.Text, "early"), (echo.Opcode, Encoding.UTF8.GetString(echo.Payload.Span)));
        Assert.Equal(1000, (await peer.ReadFrameAsync()).CloseCode);
        Assert.Empty(await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task Upgrade_that_drips_byte_by_byte_is_accepted()
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        string request = HandshakeRequest.Upgrade.ToString().Replace("{host}", peer.Host, StringComparison.Ordinal);

        await peer.SendAsync(Encoding.Latin1.GetBytes(request), chop: 1);

        Assert.Equal(101, (await peer.ReadResponseAsync()).Status);
    }

    /// <summary>A second request stands in the same segment: it must never be answered, or requests could be smuggled past a proxy.</summary>
    private async Task AssertAnswerAsync(IEnumerable<HandshakeRow> rows, string name)
    {
        HandshakeRow row = rows.Single(row => row.Name == name);
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        string request = row.Request + "GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n";

        await peer.SendAsync(request.Replace("{host}", peer.Host, StringComparison.Ordinal));

        RawResponse response = await peer.ReadResponseAsync(hasBody: !row.Request.StartsWith("HEAD ", StringComparison.Ordinal));
        Assert.Equal(row.Status, response.Status);
        Assert.NotNull(response["Content-Length"]);
        Assert.Contains("close", response.Tokens("Connection"));
        Assert.Null(response["Sec-WebSocket-Accept"]);
        AssertHeaders(row, response);
        Assert.Empty(await peer.ReadToEndAsync());
    }

    private static void AssertHeaders(HandshakeRow row, RawResponse response)
    {
        foreach (string header in row.Headers)
        {
            string[] parts = header.Split(": ", 2);
            Assert.Equal(parts[1].ToLowerInvariant().Split(", ").ToHashSet(), response.Tokens(parts[0]));
        }
    }
}
