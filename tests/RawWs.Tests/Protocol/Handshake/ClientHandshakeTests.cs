using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;
using static RawWs.Tests.Protocol.Handshake.Responses;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class ClientHandshakeTests
{
    private static readonly string[] Offered = ["chat", "Bearer.abc"];

    public static TheoryData<string> Defects => [.. AnswerTable.Rows.Select(row => row.Defect)];

    [Theory, MemberData(nameof(Defects))]
    public void Each_answer_is_accepted_or_refused_by_its_rule(string defect)
    {
        AnswerRow row = AnswerTable.Rows.Single(candidate => candidate.Defect == defect);
        ResponseHead head = ReadResponse(row.Response);
        if (row.Status is not { } status)
        {
            ClientHandshake.Check(head, Bytes(Key), Offered, null);
            return;
        }
        WebSocketHandshakeException refusal = Refused(() => ClientHandshake.Check(head, Bytes(Key), Offered, null), status, row.Message);
        Assert.Equal(head.Headers.All(), refusal.Headers);
        Assert.True(refusal.Body.IsEmpty);
        Assert.DoesNotContain("abc", refusal.Message, StringComparison.OrdinalIgnoreCase);   // what was offered may be a token
    }

    [Fact]
    public void The_answer_of_RFC_6455_section_1_3_is_accepted() =>
        Assert.Equal("chat", ClientHandshake.Check(ReadResponse(Rfc6455Answer), Bytes(Key), ["chat", "superchat"], null).Subprotocol);

    [Theory]
    [InlineData("chat", "chat")]
    [InlineData("Bearer.abc", "Bearer.abc")]
    public void The_subprotocol_is_the_one_that_the_server_names(string named, string chosen) =>
        Assert.Equal(chosen, ClientHandshake.Check(ReadResponse(Answer("Sec-WebSocket-Protocol: " + named)), Bytes(Key), Offered, null).Subprotocol);

    [Fact]
    public void A_server_may_name_no_subprotocol() => Assert.Null(ClientHandshake.Check(ReadResponse(Answer()), Bytes(Key), Offered, null).Subprotocol);

    [Fact]
    public void A_subprotocol_is_refused_when_none_was_offered() =>
        Refused(() => ClientHandshake.Check(ReadResponse(Answer("Sec-WebSocket-Protocol: chat")), Bytes(Key), [], null), 101, "not asked for");

    [Fact]
    public void Each_byte_of_the_accept_value_counts()
    {
        const string accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
        for (int i = 0; i < accept.Length; i++)
        {
            char[] altered = accept.ToCharArray();
            altered[i] = altered[i] == 'A' ? 'B' : 'A';
            Refused(() => ClientHandshake.Check(ReadResponse(Answer("Sec-WebSocket-Accept: " + new string(altered))), Bytes(Key), [], null), 101, "Sec-WebSocket-Accept is");
        }
    }

    [Fact]
    public void A_refusal_carries_status_headers_and_body()
    {
        ResponseHead head = ReadResponse(Response("HTTP/1.1 503 x", "Retry-After: 5"));
        WebSocketHandshakeException refusal = ClientHandshake.Refused(head, Bytes("full"));
        Assert.Equal(503, refusal.Status);
        Assert.Equal("The server answered 503 Service Unavailable instead of 101 (RFC 6455 section 4.1)", refusal.Message);
        Assert.Equal([new("Retry-After", "5")], refusal.Headers);
        Assert.Equal(Bytes("full"), refusal.Body.ToArray());
    }

    [Theory]
    [InlineData("Sec-WebSocket-Protocol: b", " ", "x", "not asked for")]
    [InlineData("Sec-WebSocket-Protocol: ", "\xe9", "", "not asked for")]
    [InlineData("Connection: ", "a,", "", "does not name Upgrade")]
    [InlineData("Sec-WebSocket-Extensions: a; b=\"", "\\c", "", "not asked for")]
    [InlineData("Sec-WebSocket-Accept: ", "=", "", "Sec-WebSocket-Accept is")]
    [InlineData("Upgrade: ", "websocket,", "", "Upgrade is")]
    public void A_crafted_value_of_60_KB_costs_no_more_than_its_copies(string start, string middle, string end, string rule)
    {
        ResponseHead head = ReadResponse(Answer(start + string.Concat(Enumerable.Repeat(middle, 60_000 / middle.Length)) + end), new(0, 0, 0));
        WebSocketHandshakeException refusal = Refused(() => ClientHandshake.Check(head, Bytes(Key), Offered, null), 101, rule);
        Assert.InRange(refusal.Message.Length, 1, 400);   // 64 bytes of it, escaped

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<WebSocketHandshakeException>(() => ClientHandshake.Check(head, Bytes(Key), Offered, null));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);   // the value once, in the exception's headers
    }
}
