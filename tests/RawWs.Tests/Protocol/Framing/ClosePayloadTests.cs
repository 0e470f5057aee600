using System.Net.WebSockets;
using System.Text;
using RawWs.Protocol.Framing;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Protocol.Framing;

public class ClosePayloadTests
{
    public static TheoryData<string, int?, string> Examples => new()
    {
        { "", null, "" },
        { "03 e8", 1000, "" },
        { "03 e8 62 79 65", 1000, "bye" },
        { "03 ea", 1002, "" },
        { "03 f6 c3 a4", 1014, "\u00e4" },
        { "0b b8 e2 82 ac", 3000, "\u20ac" },
        { "13 87 f0 9f 98 80", 4999, "\U0001f600" },
    };

    public static TheoryData<string, WebSocketCloseStatus, string> Illegal => new()
    {
        { "00", WebSocketCloseStatus.ProtocolError, "5.5.1" },
        { "03", WebSocketCloseStatus.ProtocolError, "5.5.1" },
        { "00 00", WebSocketCloseStatus.ProtocolError, "7.4" },
        { "03 e7", WebSocketCloseStatus.ProtocolError, "7.4" },                         // 999
        { "03 ec", WebSocketCloseStatus.ProtocolError, "7.4" },                         // 1004, reserved
        { "03 ed", WebSocketCloseStatus.ProtocolError, "7.4" },                         // 1005, never on the wire
        { "03 ee", WebSocketCloseStatus.ProtocolError, "7.4" },                         // 1006, never on the wire
        { "03 f7", WebSocketCloseStatus.ProtocolError, "7.4" },                         // 1015, never on the wire
        { "03 ed ff", WebSocketCloseStatus.ProtocolError, "7.4" },                      // the code is judged before the reason
        { "13 88", WebSocketCloseStatus.ProtocolError, "7.4" },                         // 5000
        { "ff ff", WebSocketCloseStatus.ProtocolError, "7.4" },
        { "03 e8 ff", WebSocketCloseStatus.InvalidPayloadData, "5.5.1" },
        { "03 e8 62 79 c3", WebSocketCloseStatus.InvalidPayloadData, "5.5.1" },         // ends within a character
        { "03 e8 ed a0 80", WebSocketCloseStatus.InvalidPayloadData, "5.5.1" },         // a surrogate
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void A_code_and_a_reason_are_read(string wire, int? code, string reason) =>
        Assert.Equal(new ClosePayload((WebSocketCloseStatus?)code, reason), ClosePayload.Read(Bytes.Hex(wire)));

    [Theory]
    [MemberData(nameof(Examples))]
    public void A_code_and_a_reason_are_written(string wire, int? code, string reason)
    {
        byte[] written = new byte[FrameHeader.MaxControlPayload];
        int size = new ClosePayload((WebSocketCloseStatus?)code, reason).Write(written);
        Assert.Equal(wire, Bytes.ToHex(written.AsSpan(0, size)));
    }

    [Theory]
    [MemberData(nameof(Illegal))]
    public void An_illegal_payload_is_answered_with_its_code(string wire, WebSocketCloseStatus answer, string section)
    {
        WebSocketProtocolException violation = Assert.Throws<WebSocketProtocolException>(() => ClosePayload.Read(Bytes.Hex(wire)));
        Assert.Equal(answer, violation.CloseStatus);
        Assert.Equal($"RFC 6455 section {section}", violation.Section);
        Assert.True(violation.Message.Length <= ClosePayload.MaxReasonBytes, "the rule does not fit in a close frame");
    }

    [Fact]
    public void Of_all_codes_only_these_are_legal_on_the_wire()
    {
        // RFC 6455 section 7.4.1; 1012 to 1014 from IANA's registry; 3000 to 3999 for libraries, 4000 to 4999 private (7.4.2)
        HashSet<int> legal = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, .. Enumerable.Range(3000, 2000)];
        for (int code = 0; code <= ushort.MaxValue; code++)
        {
            if (legal.Contains(code) != ClosePayload.IsLegalOnWire(code)) Assert.Fail($"{code} is judged {!legal.Contains(code)}");
        }
        Assert.False(ClosePayload.IsLegalOnWire(-1));
        Assert.False(ClosePayload.IsLegalOnWire(0x10000 + 1000));
    }

    [Fact]
    public void The_longest_reason_fills_the_control_frame()
    {
        string reason = new('r', ClosePayload.MaxReasonBytes);
        byte[] written = new byte[FrameHeader.MaxControlPayload];
        Assert.Equal(125, new ClosePayload(WebSocketCloseStatus.NormalClosure, reason).Write(written));
        Assert.Equal(reason, ClosePayload.Read(written).Reason);
    }

    [Fact]
    public void A_reason_is_valid_exactly_when_it_ends_between_characters()
    {
        byte[] payload = [.. Bytes.Hex("0b b8"), .. Encoding.UTF8.GetBytes("a\u00e4\u20ac\U0001f600")];
        int[] ends = [2, 3, 5, 8, 12];
        for (int end = 2; end <= payload.Length; end++)
        {
            Exception? violation = Record.Exception(() => ClosePayload.Read(payload.AsSpan(0, end)));
            Assert.True(ends.Contains(end) == violation is null, $"cut at {end}: {violation?.Message ?? "accepted"}");
        }
    }

    [Fact]
    public void What_may_not_be_sent_is_the_callers_mistake()
    {
        byte[] destination = new byte[1000];
        Assert.Throws<ArgumentException>(() => new ClosePayload((WebSocketCloseStatus)1005, "").Write(destination));
        Assert.Throws<ArgumentException>(() => new ClosePayload(WebSocketCloseStatus.NormalClosure, new string('r', 124)).Write(destination));
        Assert.Throws<ArgumentException>(() => new ClosePayload(WebSocketCloseStatus.NormalClosure, new string('\u20ac', 42)).Write(destination));
        Assert.Throws<ArgumentException>(() => new ClosePayload(null, "a reason").Write(destination));
    }
}
