using RawWs.Protocol.Compression;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;
using static RawWs.Tests.Protocol.Handshake.Responses;

namespace RawWs.Tests.Protocol.Compression;

/// <summary>What a client offers, and how it judges what the server makes of it (RFC 7692 section 7.1).</summary>
public sealed class DeflateOfferTests
{
    private const string Default = "permessage-deflate; server_no_context_takeover";

    private static readonly CompressionOptions Takeover = new() { ServerTakeover = true, ClientTakeover = true };
    private static readonly CompressionOptions Narrow = new() { WindowBits = 11 };

    public static TheoryData<string, CompressionOptions, bool> Offers => new()
    {
        { "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits", new(), true },
        { "permessage-deflate; client_no_context_takeover; client_max_window_bits", new() { ServerTakeover = true }, true },
        { "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits", new() { ServerTakeover = true }, false },
        { "permessage-deflate; server_no_context_takeover; client_max_window_bits", new() { ClientTakeover = true }, false },
        { "permessage-deflate; client_max_window_bits", Takeover, true },
        { "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=11; client_max_window_bits=11", Narrow, true },
        { "permessage-deflate; server_max_window_bits=9; client_max_window_bits=9", Takeover with { WindowBits = 9 }, true },
    };

    [Theory]
    [MemberData(nameof(Offers))]
    public void One_offer_says_what_the_options_want(string offer, CompressionOptions options, bool mayKeepInflater) =>
        Assert.Equal(offer, DeflateOffer.Of(options, mayKeepInflater).ToString());

    [Theory]
    [InlineData(Default, Default)]
    [InlineData(Default + "; client_no_context_takeover", Default + "; client_no_context_takeover")]
    [InlineData("permessage-deflate; client_no_context_takeover;server_no_context_takeover", Default + "; client_no_context_takeover")]
    [InlineData(Default + "; server_max_window_bits=8", Default + "; server_max_window_bits=8")]                           // a server may name its window unasked
    [InlineData(Default + "; server_max_window_bits=15", Default + "; server_max_window_bits=15")]
    [InlineData(Default + "; client_max_window_bits=8", Default + "; client_max_window_bits=8")]
    [InlineData(Default + "; client_max_window_bits=\"15\"", Default + "; client_max_window_bits=15")]
    [InlineData(Default + "; server_max_window_bits=\"\\1\\2\"; client_max_window_bits=9", Default + "; server_max_window_bits=12; client_max_window_bits=9")]
    [InlineData(", " + Default + " ,", Default)]
    public void An_answer_that_keeps_to_the_offer_is_agreed_to(string answer, string agreed) => Assert.Equal(agreed, AgreedOn(answer, new()));

    [Fact]
    public void An_answer_without_extensions_declines() => Assert.Null(Check(new(), []).Deflate);

    [Fact]
    public void An_empty_line_beside_the_answer_means_nothing() => Assert.Equal(Default, AgreedOn("," + "|" + Default, new()));

    [Theory]
    [InlineData("permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover")]       // a server may say so unasked (section 7.1.1.1)
    public void With_takeover_offered_the_server_may_still_do_without(string answer, string agreed) => Assert.Equal(agreed, AgreedOn(answer, Takeover));

    [Theory]
    [InlineData("; server_max_window_bits=11")]
    [InlineData("; server_max_window_bits=8; client_max_window_bits=8")]
    [InlineData("; server_max_window_bits=9; client_max_window_bits=11")]
    public void Windows_up_to_those_that_were_asked_for_are_agreed_to(string parameters) => Assert.Equal(Default + parameters, AgreedOn(Default + parameters, Narrow));

    [Theory]
    [InlineData("x", "The server uses the extension \"x\", which was not asked for (RFC 6455 section 4.1)")]
    [InlineData("Permessage-Deflate", "The server uses the extension \"Permessage-Deflate\", which was not asked for (RFC 6455 section 4.1)")]
    [InlineData("__proto__; server_no_context_takeover", "The server uses the extension \"__proto__\", which was not asked for (RFC 6455 section 4.1)")]
    [InlineData(Default + ", x", "The server uses the extension \"x\", which was not asked for (RFC 6455 section 4.1)")]
    [InlineData("x|" + Default, "The server uses the extension \"x\", which was not asked for (RFC 6455 section 4.1)")]
    [InlineData(Default + ", " + Default, "The server uses permessage-deflate twice (RFC 7692 section 5)")]
    [InlineData(Default + "|" + Default, "The server uses permessage-deflate twice (RFC 7692 section 5)")]
    [InlineData("", "Sec-WebSocket-Extensions is empty (RFC 6455 section 9.1)")]
    [InlineData(" , ", "Sec-WebSocket-Extensions is empty (RFC 6455 section 9.1)")]
    [InlineData("permessage-deflate", "The answer lacks server_no_context_takeover, which was asked for (RFC 7692 section 7.1.1.1)")]
    [InlineData("permessage-deflate; client_no_context_takeover", "The answer lacks server_no_context_takeover, which was asked for (RFC 7692 section 7.1.1.1)")]
    [InlineData(Default + "; unknown", "permessage-deflate has an unknown parameter (RFC 7692 section 7.1)")]
    [InlineData(Default + "; __proto__=1", "permessage-deflate has an unknown parameter (RFC 7692 section 7.1)")]
    [InlineData(Default + "; constructor", "permessage-deflate has an unknown parameter (RFC 7692 section 7.1)")]
    [InlineData(Default + "; server_no_context_takeover", "server_no_context_takeover is given twice (RFC 7692 section 7.1)")]
    [InlineData(Default + "; client_no_context_takeover; client_no_context_takeover", "client_no_context_takeover is given twice (RFC 7692 section 7.1)")]
    [InlineData(Default + "; server_max_window_bits=9; server_max_window_bits=9", "server_max_window_bits is given twice (RFC 7692 section 7.1)")]
    [InlineData(Default + "; client_max_window_bits=9; client_max_window_bits=9", "client_max_window_bits is given twice (RFC 7692 section 7.1)")]
    [InlineData("permessage-deflate; server_no_context_takeover=1", "server_no_context_takeover has a value (RFC 7692 section 7.1.1.1)")]
    [InlineData(Default + "; client_no_context_takeover=\"x\"", "client_no_context_takeover has a value (RFC 7692 section 7.1.1.2)")]
    [InlineData(Default + "; server_max_window_bits", "server_max_window_bits is not a number from 8 to 15 (RFC 7692 section 7.1.2.1)")]
    [InlineData(Default + "; server_max_window_bits=7", "server_max_window_bits is not a number from 8 to 15 (RFC 7692 section 7.1.2.1)")]
    [InlineData(Default + "; server_max_window_bits=16", "server_max_window_bits is not a number from 8 to 15 (RFC 7692 section 7.1.2.1)")]
    [InlineData(Default + "; server_max_window_bits=08", "server_max_window_bits is not a number from 8 to 15 (RFC 7692 section 7.1.2.1)")]
    [InlineData(Default + "; client_max_window_bits", "client_max_window_bits has no value in an answer (RFC 7692 section 7.1.2.2)")]
    [InlineData(Default + "; client_max_window_bits=7", "client_max_window_bits is not a number from 8 to 15 (RFC 7692 section 7.1.2.2)")]
    [InlineData(Default + "; client_max_window_bits=16", "client_max_window_bits is not a number from 8 to 15 (RFC 7692 section 7.1.2.2)")]
    [InlineData(Default + "; client_max_window_bits=x", "client_max_window_bits is not a number from 8 to 15 (RFC 7692 section 7.1.2.2)")]
    [InlineData(Default + ";", "An extension's parameter is not a token (RFC 6455 section 9.1)")]
    [InlineData(Default + "; client_max_window_bits=", "An extension parameter's value is not a token (RFC 6455 section 9.1)")]
    [InlineData(Default + "; client_max_window_bits=\"\"", "A quoted extension parameter is empty (RFC 6455 section 9.1)")]
    [InlineData("\"permessage-deflate\"", "An extension's name is not a token (RFC 6455 section 9.1)")]
    [InlineData("permessage-deflate server_no_context_takeover", "An extension's parameter does not begin with a semicolon (RFC 6455 section 9.1)")]
    public void Any_other_answer_fails_the_connection_with_its_rule(string answer, string rule) => Fails(answer, new(), rule);

    [Theory]
    [InlineData(Default, "The answer lacks server_max_window_bits, which was asked for (RFC 7692 section 7.1.2.1)")]
    [InlineData(Default + "; client_max_window_bits=11", "The answer lacks server_max_window_bits, which was asked for (RFC 7692 section 7.1.2.1)")]
    [InlineData(Default + "; server_max_window_bits=12", "server_max_window_bits is 12, and at most 11 was asked for (RFC 7692 section 7.1.2.1)")]
    [InlineData(Default + "; server_max_window_bits=11; client_max_window_bits=12", "client_max_window_bits is 12, and at most 11 was offered (RFC 7692 section 7.1.2.2)")]
    public void A_window_that_was_asked_for_must_be_kept_to(string answer, string rule) => Fails(answer, Narrow, rule);

    [Theory]
    [InlineData(Default + "; client_max_window_bits=", "1", "", "not a number")]
    [InlineData(Default, "; unknown", "", "unknown parameter")]
    [InlineData(Default, "; server_no_context_takeover", "", "given twice")]
    [InlineData("", "x", "", "not asked for")]
    [InlineData(Default + "; a=\"", "\\b", "", "has no end")]
    [InlineData("", ",", Default + ", x", "not asked for")]
    public void A_crafted_answer_of_60_KB_costs_no_more_than_its_copies(string start, string middle, string end, string rule)
    {
        string value = start + string.Concat(Enumerable.Repeat(middle, 60_000 / middle.Length)) + end;
        ResponseHead head = ReadResponse(Answer("Sec-WebSocket-Extensions: " + value), new(0, 0, 0));
        DeflateOffer offer = DeflateOffer.Of(new(), mayKeepInflater: false);
        WebSocketHandshakeException refusal = Refused(() => ClientHandshake.Check(head, Bytes(Key), [], offer), 101, rule);
        Assert.InRange(refusal.Message.Length, 1, 400);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<WebSocketHandshakeException>(() => ClientHandshake.Check(head, Bytes(Key), [], offer));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);     // the value once, in the exception's headers
    }

    private static void Fails(string answer, CompressionOptions options, string rule)
    {
        WebSocketHandshakeException refusal = Refused(() => AgreedOn(answer, options), 101, rule);
        Assert.Equal(rule, refusal.Message);
        Assert.Contains(refusal.Headers, static header => header.Key == "Sec-WebSocket-Extensions");
    }

    private static string? AgreedOn(string answer, CompressionOptions options) =>
        Check(options, [.. answer.Split('|').Select(static line => $"Sec-WebSocket-Extensions: {line}")]).Deflate?.ToString();

    private static UpgradeAnswer Check(CompressionOptions options, string[] lines) =>
        ClientHandshake.Check(ReadResponse(Answer(lines)), Bytes(Key), [], DeflateOffer.Of(options, mayKeepInflater: true));
}
