using RawWs.Protocol.Compression;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Compression;

/// <summary>Which of a client's offers the server takes, and what it answers (RFC 7692 section 7.1).</summary>
public sealed class DeflateOffersTests
{
    private const string Neither = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    private const int Size = 60_000;

    private static readonly CompressionOptions Narrow = new() { WindowBits = 11 };
    private static readonly CompressionOptions Takeover = new() { ServerTakeover = true, ClientTakeover = true };
    private static readonly HeadLimits NoLimits = new(0, 0, 0);

    [Theory]
    [InlineData("permessage-deflate", Neither)]
    [InlineData("permessage-deflate; server_no_context_takeover", Neither)]
    [InlineData("permessage-deflate; client_no_context_takeover; server_no_context_takeover", Neither)]
    [InlineData("permessage-deflate; client_max_window_bits", Neither)]
    [InlineData("permessage-deflate;client_max_window_bits=15", Neither + "; client_max_window_bits=15")]
    [InlineData("permessage-deflate; client_max_window_bits=8", Neither + "; client_max_window_bits=8")]
    [InlineData("permessage-deflate; client_max_window_bits=\"10\"", Neither + "; client_max_window_bits=10")]
    [InlineData("permessage-deflate; client_max_window_bits=\"\\1\\0\"", Neither + "; client_max_window_bits=10")]
    [InlineData("permessage-deflate; server_max_window_bits=9", Neither + "; server_max_window_bits=9")]
    [InlineData("permessage-deflate; server_max_window_bits=15", Neither + "; server_max_window_bits=15")]
    [InlineData("permessage-deflate; server_max_window_bits=\"12\"", Neither + "; server_max_window_bits=12")]
    [InlineData("permessage-deflate; client_max_window_bits=9; server_max_window_bits=10", Neither + "; server_max_window_bits=10; client_max_window_bits=9")]
    public void An_offer_is_answered_without_takeover_by_default(string offer, string answer) => Assert.Equal(answer, AnswerTo(offer));

    [Theory]
    [InlineData("permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover")]
    [InlineData("permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover")]
    [InlineData("permessage-deflate; server_no_context_takeover; client_no_context_takeover", Neither)]
    public void With_takeover_the_answer_says_what_the_client_asks_for(string offer, string answer) => Assert.Equal(answer, AnswerTo(offer, Takeover));

    [Theory]
    [InlineData(true, false, "permessage-deflate; client_no_context_takeover")]
    [InlineData(false, true, "permessage-deflate; server_no_context_takeover")]
    public void Takeover_is_chosen_for_each_direction(bool server, bool client, string answer) =>
        Assert.Equal(answer, AnswerTo("permessage-deflate", new() { ServerTakeover = server, ClientTakeover = client }));

    [Theory]
    [InlineData("permessage-deflate", Neither + "; server_max_window_bits=11")]                     // a server may name its window unasked (section 7.1.2.1)
    [InlineData("permessage-deflate; server_max_window_bits=10", Neither + "; server_max_window_bits=10")]
    [InlineData("permessage-deflate; server_max_window_bits=12", Neither + "; server_max_window_bits=11")]
    [InlineData("permessage-deflate; client_max_window_bits", Neither + "; server_max_window_bits=11; client_max_window_bits=11")]
    [InlineData("permessage-deflate; client_max_window_bits=10", Neither + "; server_max_window_bits=11; client_max_window_bits=10")]
    [InlineData("permessage-deflate; client_max_window_bits=15", Neither + "; server_max_window_bits=11; client_max_window_bits=11")]
    public void The_answers_windows_are_no_larger_than_the_options_and_the_offer(string offer, string answer) => Assert.Equal(answer, AnswerTo(offer, Narrow));

    [Theory]
    [InlineData("server_no_context_takeover=true")]
    [InlineData("server_no_context_takeover=1")]
    [InlineData("client_no_context_takeover=\"x\"")]
    [InlineData("server_no_context_takeover; server_no_context_takeover")]
    [InlineData("client_no_context_takeover; client_no_context_takeover")]
    [InlineData("server_max_window_bits=10; server_max_window_bits=10")]
    [InlineData("client_max_window_bits; client_max_window_bits")]
    [InlineData("client_max_window_bits; client_max_window_bits=10")]
    [InlineData("server_max_window_bits")]
    [InlineData("server_max_window_bits=0")]
    [InlineData("server_max_window_bits=7")]
    [InlineData("server_max_window_bits=8")]                                // legal, but zlib cannot deflate with it
    [InlineData("server_max_window_bits=08")]
    [InlineData("server_max_window_bits=010")]
    [InlineData("server_max_window_bits=\"010\"")]
    [InlineData("server_max_window_bits=16")]
    [InlineData("server_max_window_bits=99")]
    [InlineData("server_max_window_bits=100")]
    [InlineData("server_max_window_bits=4294967306")]                       // 10 in 32 bits
    [InlineData("server_max_window_bits=+10")]
    [InlineData("server_max_window_bits=-10")]
    [InlineData("server_max_window_bits=1.0")]
    [InlineData("server_max_window_bits=1e1")]
    [InlineData("server_max_window_bits=0xa")]
    [InlineData("server_max_window_bits=ten")]
    [InlineData("client_max_window_bits=0")]
    [InlineData("client_max_window_bits=7")]
    [InlineData("client_max_window_bits=08")]
    [InlineData("client_max_window_bits=16")]
    [InlineData("client_max_window_bits=x")]
    [InlineData("unknown")]
    [InlineData("unknown=1")]
    [InlineData("__proto__")]
    [InlineData("constructor=1")]
    [InlineData("toString")]
    [InlineData("Server_No_Context_Takeover")]
    [InlineData("server_no_context_takeove")]
    [InlineData("server_no_context_takeovers")]
    public void A_parameter_that_is_illegal_or_unknown_declines_that_offer_and_no_other(string parameters)
    {
        Assert.Null(AnswerTo($"permessage-deflate; {parameters}"));
        Assert.Null(AnswerTo($"permessage-deflate; {parameters}; client_max_window_bits=10"));
        Assert.Equal(Neither, AnswerTo($"permessage-deflate; {parameters}, permessage-deflate"));
        Assert.Equal(Neither, AnswerTo($"permessage-deflate, permessage-deflate; {parameters}"));
    }

    [Theory]
    [InlineData("x-webkit-deflate-frame")]
    [InlineData("permessage-bzip2; client_max_window_bits=10")]
    [InlineData("Permessage-Deflate")]
    [InlineData("PERMESSAGE-DEFLATE")]
    [InlineData("permessage-deflat")]
    [InlineData("permessage-deflate2")]
    [InlineData("constructor, __proto__; toString=valueOf")]
    [InlineData("x; permessage-deflate")]
    [InlineData("x; y=permessage-deflate")]
    public void Another_extension_is_declined(string offer)
    {
        Assert.Null(AnswerTo(offer));
        Assert.Equal(Neither, AnswerTo($"{offer}, permessage-deflate"));
    }

    [Fact]
    public void Without_the_header_nothing_is_agreed_on() => Assert.False(DeflateOffers.TryAgree(Read(Upgrade()), new(), out _));

    [Theory]
    [InlineData("permessage-deflate; client_max_window_bits=9, permessage-deflate; client_max_window_bits=12", 9)]
    [InlineData("permessage-deflate; client_max_window_bits=12, permessage-deflate; client_max_window_bits=9", 12)]
    [InlineData("x, permessage-deflate; unknown,permessage-deflate ;client_max_window_bits = 13\t, permessage-deflate", 13)]
    [InlineData("permessage-deflate; server_max_window_bits=8, permessage-deflate; client_max_window_bits=14", 14)]     // what a client sends that prefers 8
    [InlineData("permessage-deflate; x|permessage-deflate; client_max_window_bits=10|permessage-deflate", 10)]
    [InlineData("x|, ,permessage-deflate; client_max_window_bits=11,", 11)]
    public void The_first_offer_that_can_be_honoured_wins(string offers, int bits) =>
        Assert.Equal($"{Neither}; client_max_window_bits={bits}", AnswerTo(offers));

    [Fact]
    public void Our_own_offer_is_agreed_to_by_our_own_server_whatever_the_options()
    {
        foreach (int window in Enumerable.Range(9, 7))
            foreach (bool server in (bool[])[true, false])
                foreach (bool client in (bool[])[true, false])
                {
                    CompressionOptions options = new() { WindowBits = window, ServerTakeover = server, ClientTakeover = client };
                    DeflateOffer offer = DeflateOffer.Of(options, mayKeepInflater: true);
                    Assert.True(DeflateOffers.TryAgree(Read(Upgrade($"Sec-WebSocket-Extensions: {offer}")), options, out DeflateParameters agreed));
                    Assert.Equal(new(!server, !client, window < 15 ? window : null, window < 15 ? window : null), agreed);
                }
    }

    public static TheoryData<string, bool> Crafted => new()
    {
        { Many("permessage-deflate; x,"), false },
        { Many("permessage-deflate; x,") + "permessage-deflate", true },
        { Many("a;b=c,"), false },
        { "permessage-deflate" + Many("; server_no_context_takeover"), false },
        { "permessage-deflate" + Many("; client_max_window_bits=10"), false },
        { "permessage-deflate" + Many("; __proto__"), false },
        { "permessage-deflate; server_max_window_bits=" + Many("1"), false },
        { "permessage-deflate; server_max_window_bits=" + Many("0") + "10", false },
        { "permessage-deflate; server_max_window_bits=\"" + Many("\\1") + "\"", false },
        { "permessage-deflate; client_max_window_bits=" + Many("9") + ", permessage-deflate", true },
        { "permessage-deflate" + Many(" ") + ";" + Many("\t") + "client_max_window_bits", true },
        { Many(",") + "permessage-deflate", true },
        { Many(" ,") + "permessage-deflate; " + Many("x"), false },
        { Many("permessage-deflate"), false },
    };

    /// <summary>The work is counted in steps of the cursor, each of which takes bytes for good, and in memory.</summary>
    [Theory]
    [MemberData(nameof(Crafted))]
    public void A_crafted_value_of_60_KB_costs_no_memory_and_a_step_for_each_byte_at_most(string value, bool isAgreed)
    {
        RequestHead head = Read(Upgrade("Sec-WebSocket-Extensions: " + value), NoLimits);
        OpeningHandshake.Check(head, [], allowMissingOrigin: true, bearerPrefix: null);
        Assert.Equal(isAgreed, DeflateOffers.TryAgree(head, Narrow, out _));

        long before = GC.GetAllocatedBytesForCurrentThread();
        DeflateOffers.TryAgree(head, Narrow, out _);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
        Assert.InRange(Steps(Bytes(value)), 1, value.Length);
    }

    private static string Many(string part) => string.Concat(Enumerable.Repeat(part, Size / part.Length));

    private static int Steps(byte[] value)
    {
        int steps = 0;
        ExtensionCursor cursor = new(value);
        for (; cursor.TryReadName(out _); steps++)
            while (cursor.TryReadParameter(out _, out _))
                steps++;
        return steps;
    }

    /// <summary>The answer to offers on one line or, parted by a bar, on several; <see langword="null"/> when all are declined.</summary>
    private static string? AnswerTo(string offers, CompressionOptions? options = null)
    {
        RequestHead head = Check(Upgrade([.. offers.Split('|').Select(line => $"Sec-WebSocket-Extensions: {line}")])).Head;
        return DeflateOffers.TryAgree(head, options ?? new(), out DeflateParameters agreed) ? agreed.ToString() : null;
    }
}
