using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class SubprotocolOfferTests
{
    private const string Prefix = "bearer.";

    [Theory]
    [InlineData("")]
    [InlineData("a", "Sec-WebSocket-Protocol: a")]
    [InlineData("b a c", "Sec-WebSocket-Protocol: b,a ,\tc")]
    [InlineData("b a c", "Sec-WebSocket-Protocol: b, ", "X: y", "sec-websocket-protocol: a,c")]
    public void Lines_are_one_list_in_the_clients_order(string expected, params string[] lines) =>
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), SubprotocolOffer.Read(Read(Upgrade(lines)).Headers));

    [Theory]
    [InlineData("a", "a,b", "b,a")]                // the server's order decides
    [InlineData("b", "b,c", "a,b,c")]
    [InlineData(null, "a,b", "c")]
    [InlineData(null, "A", "a")]
    [InlineData(null, "", "a")]
    [InlineData(null, "a", "")]
    public void Subprotocol_is_chosen_in_the_servers_order(string? chosen, string supported, string offered) =>
        Assert.Equal(
            chosen,
            SubprotocolOffer.Choose(offered.Split(',', StringSplitOptions.RemoveEmptyEntries), supported.Split(',', StringSplitOptions.RemoveEmptyEntries)));

    [Theory]
    [InlineData("SECRET", "chat", "Sec-WebSocket-Protocol: chat, bearer.SECRET")]
    [InlineData("SECRET", "chat", "Sec-WebSocket-Protocol: bearer.SECRET,chat")]
    [InlineData("SECRET", "a b", "Sec-WebSocket-Protocol: a, bearer.SECRET, b")]
    [InlineData("SECRET", "a b", "Sec-WebSocket-Protocol: a, b", "Sec-WebSocket-Protocol: bearer.SECRET")]
    [InlineData("SECRET", "", "Sec-WebSocket-Protocol: bearer.SECRET")]
    [InlineData("SECRET", "", "Sec-WebSocket-Protocol: BEARER.SECRET")]
    [InlineData("bearer.SECRET", "a", "Sec-WebSocket-Protocol: a, bearer.bearer.SECRET")]
    [InlineData(null, "a xbearer.b bearer", "Sec-WebSocket-Protocol: a, xbearer.b, bearer")]
    [InlineData(null, "")]
    public void Bearer_token_is_taken_out_of_the_list_and_of_the_request(string? token, string subprotocols, params string[] lines)
    {
        UpgradeRequest upgrade = Judge(lines);

        string[] expected = subprotocols.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(token, upgrade.BearerToken);
        Assert.Equal(expected, upgrade.Subprotocols);
        Assert.Equal(expected, SubprotocolOffer.Read(upgrade.Head.Headers));
        Assert.DoesNotContain("SECRET", string.Join('|', upgrade.Head.Headers.All()), StringComparison.Ordinal);
        Assert.Equal("localhost", upgrade.Head.Host);
        Assert.Equal("13", upgrade.Head.Headers.Find("Sec-WebSocket-Version"));
    }

    [Theory]
    [InlineData("More than one bearer token", "Sec-WebSocket-Protocol: bearer.SECRET, bearer.SECRE7")]
    [InlineData("More than one bearer token", "Sec-WebSocket-Protocol: bearer.SECRET", "Sec-WebSocket-Protocol: BEARER.SECRET")]
    [InlineData("More than one bearer token", "Sec-WebSocket-Protocol: bearer.SECRET", "Authorization: Bearer SECRET")]
    [InlineData("More than one bearer token", "Authorization: Bearer SECRET", "Authorization: Bearer SECRET")]
    [InlineData("offered twice", "Sec-WebSocket-Protocol: bearer.SECRET, bearer.SECRET")]
    [InlineData("not a token", "Sec-WebSocket-Protocol: bearer.SECRET=")]
    [InlineData("is empty", "Sec-WebSocket-Protocol: a, bearer.")]
    public void A_second_or_empty_token_is_refused_and_not_named(string fragment, params string[] lines)
    {
        WebSocketHandshakeException refusal = Refused(() => Judge(lines), 400, fragment);
        Assert.DoesNotContain("SECRET", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_prefix_no_token_is_looked_for()
    {
        UpgradeRequest upgrade = Check(Upgrade("Sec-WebSocket-Protocol: bearer.x, chat", "Authorization: Bearer y"));
        Assert.Null(upgrade.BearerToken);
        Assert.Equal(["bearer.x", "chat"], upgrade.Subprotocols);
    }

    private static UpgradeRequest Judge(params string[] lines) =>
        OpeningHandshake.Check(Read(Upgrade(lines)), [], allowMissingOrigin: true, Prefix);
}
