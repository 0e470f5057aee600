using System.Net.WebSockets;
using System.Text;
using RawWs.Protocol.Framing;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Protocol.Framing;

public class MessageValidatorTests
{
    [Theory]
    [InlineData("Text fin 48 65 6c 6c 6f", WebSocketMessageType.Text)]
    [InlineData("Text more 48 65 6c; Continuation fin 6c 6f", WebSocketMessageType.Text)]
    [InlineData("Text more ; Continuation more ; Continuation fin ", WebSocketMessageType.Text)]
    [InlineData("Text more f0 9f; Continuation more ; Continuation fin 98 80", WebSocketMessageType.Text)]
    [InlineData("Binary more ff; Continuation fin fe", WebSocketMessageType.Binary)]
    [InlineData("Binary fin ", WebSocketMessageType.Binary)]
    [InlineData("Binary fin ed a0 80", WebSocketMessageType.Binary)]
    public void A_message_ends_with_its_final_frame(string frames, WebSocketMessageType type)
    {
        MessageValidator validator = new(0, 0);
        FramePart[] parts = Parts(frames);
        for (int repeat = 0; repeat < 2; repeat++)
        {
            foreach (FramePart part in parts[..^1])
            {
                Assert.False(validator.Accept(part));
                Assert.True(validator.InProgress);
            }
            Assert.True(validator.Accept(parts[^1]));
            Assert.False(validator.InProgress);
            Assert.Equal(type, validator.Type);
        }
    }

    [Theory]
    [InlineData("Continuation fin 61")]
    [InlineData("Continuation more ")]
    [InlineData("Text fin 61; Continuation fin 62")]
    [InlineData("Text more 61; Continuation fin 62; Continuation fin 63")]
    [InlineData("Text more 61; Text fin 62")]
    [InlineData("Text more 61; Binary fin 62")]
    [InlineData("Binary more ; Continuation more ; Binary more ")]
    public void Fragments_out_of_order_are_a_protocol_error(string frames) =>
        AssertLastIsRefused(new MessageValidator(0, 0), Parts(frames), WebSocketCloseStatus.ProtocolError, "RFC 6455 section 5.4");

    [Fact]
    public void A_message_may_have_exactly_the_most_bytes_in_one_frame_or_several()
    {
        MessageValidator validator = new(maxBytes: 5, maxFragments: 0);
        Assert.True(validator.Accept(Whole("Binary fin 01 02 03 04 05")));
        Assert.False(validator.Accept(Whole("Binary more 01 02 03")));
        Assert.True(validator.Accept(Whole("Continuation fin 04 05")));
        Assert.True(validator.Accept(Whole("Text fin 61 62 63 64 65")));
    }

    [Theory]
    [InlineData("Binary fin 01 02 03 04 05 06")]
    [InlineData("Text more 61 62 63; Continuation fin 64 65 66")]
    [InlineData("Text more 61 62 63 64 65; Continuation more ; Continuation more 66")]
    public void A_message_over_the_limit_is_1009(string frames) =>
        AssertLastIsRefused(new MessageValidator(5, 0), Parts(frames), WebSocketCloseStatus.MessageTooBig, "RFC 6455 section 7.4.1");

    [Fact]
    public void The_declared_length_is_counted_before_it_has_arrived()
    {
        FramePart begun = new(Header(Opcode.Continuation, isFinal: true, length: 6), new byte[] { 1 }, isStart: true, isEnd: false);
        AssertLastIsRefused(new MessageValidator(10, 0), [.. Parts("Binary more 01 02 03 04 05"), begun], WebSocketCloseStatus.MessageTooBig, "RFC 6455 section 7.4.1");
    }

    [Fact]
    public void Lengths_that_would_overflow_are_1009_even_without_a_limit()
    {
        MessageValidator validator = new(0, 0);
        FramePart huge = new(Header(Opcode.Binary, isFinal: false, long.MaxValue), Memory<byte>.Empty, isStart: true, isEnd: true);
        AssertLastIsRefused(validator, [huge, .. Parts("Continuation fin 01")], WebSocketCloseStatus.MessageTooBig, "RFC 6455 section 7.4.1");
    }

    [Theory]
    [InlineData("Text more 61; Continuation more 62; Continuation more 63; Continuation fin 64")]
    [InlineData("Text more ; Continuation more ; Continuation more ; Continuation fin ")]
    public void A_message_of_more_frames_than_allowed_is_1008_and_empty_ones_count(string frames) =>
        AssertLastIsRefused(new MessageValidator(0, maxFragments: 3), Parts(frames), WebSocketCloseStatus.PolicyViolation, "RFC 6455 section 7.4.1");

    [Fact]
    public void Parts_of_one_frame_count_once_and_each_message_is_counted_anew()
    {
        MessageValidator validator = new(maxBytes: 4, maxFragments: 2);
        for (int message = 0; message < 3; message++)
        {
            foreach (FramePart part in InParts("Text more 61 62 63")) Assert.False(validator.Accept(part));
            Assert.True(validator.Accept(Whole("Continuation fin 64")));
        }
    }

    [Theory]
    [InlineData("Text fin ce ba ff", 2)]
    [InlineData("Text fin ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65", 12)]
    [InlineData("Text more ce ba; Continuation more ; Continuation fin f4 90 80 80", 3)]
    [InlineData("Text more f4; Continuation fin 90 80 80", 1)]
    [InlineData("Text more e2 82; Continuation fin 61", 2)]
    [InlineData("Text fin c0 af", 0)]
    public void Bad_text_is_1007_at_its_first_bad_byte_in_the_middle_of_an_unfinished_frame(string frames, int bad)
    {
        FramePart[] parts = [.. frames.Split("; ").SelectMany(InParts).Where(part => part.Header.Length > 0)];
        AssertLastIsRefused(new MessageValidator(0, 0), parts[..(bad + 1)], WebSocketCloseStatus.InvalidPayloadData, "RFC 6455 section 8.1");
    }

    [Theory]
    [InlineData("Text fin ff")]
    [InlineData("Text fin c3")]
    [InlineData("Text more e2; Continuation fin 82")]
    [InlineData("Text more f0 9f 98; Continuation fin ")]
    public void Text_that_is_bad_or_ends_within_a_character_is_1007_at_its_end(string frames) =>
        AssertLastIsRefused(new MessageValidator(0, 0), Parts(frames), WebSocketCloseStatus.InvalidPayloadData, "RFC 6455 section 8.1");

    [Fact]
    public void Valid_text_is_taken_under_any_cut_into_frames_and_parts()
    {
        byte[] text = Encoding.UTF8.GetBytes("a\u00e4\u20ac\U0001f600");
        MessageValidator validator = new(text.Length, 0);
        for (int frame = 0; frame <= text.Length; frame++)
        {
            foreach (FramePart part in InParts(FramePartOf(Opcode.Text, false, text[..frame]))) Assert.False(validator.Accept(part));
            FramePart[] last = InParts(FramePartOf(Opcode.Continuation, true, text[frame..]));
            foreach (FramePart part in last[..^1]) Assert.False(validator.Accept(part));
            Assert.True(validator.Accept(last[^1]), $"cut at {frame}");
        }
    }

    private static void AssertLastIsRefused(MessageValidator validator, FramePart[] parts, WebSocketCloseStatus answer, string section)
    {
        foreach (FramePart part in parts[..^1]) validator.Accept(part);
        WebSocketProtocolException violation = Assert.Throws<WebSocketProtocolException>(() => validator.Accept(parts[^1]));
        Assert.Equal(answer, violation.CloseStatus);
        Assert.Equal(section, violation.Section);
        Assert.True(violation.Message.Length <= ClosePayload.MaxReasonBytes, "the rule does not fit in a close frame");
    }

    private static FramePart[] Parts(string frames) => [.. frames.Split("; ").Select(Whole)];

    private static FramePart Whole(string frame)
    {
        string[] words = frame.Split(' ', 3);
        return FramePartOf(Enum.Parse<Opcode>(words[0]), words[1] == "fin", Bytes.Hex(words[2]));
    }

    private static FramePart FramePartOf(Opcode opcode, bool isFinal, byte[] payload) =>
        new(Header(opcode, isFinal, payload.Length), payload, isStart: true, isEnd: true);

    private static FrameHeader Header(Opcode opcode, bool isFinal, long length) =>
        new(opcode, isFinal, Rsv1: false, IsMasked: false, MaskKey: 0, length);

    private static FramePart[] InParts(string frame) => InParts(Whole(frame));

    /// <summary>The frame as it comes when each of its bytes arrives alone.</summary>
    private static FramePart[] InParts(FramePart whole)
    {
        int length = whole.Payload.Length;
        if (length == 0) return [whole];
        return [.. Enumerable.Range(0, length).Select(i => new FramePart(whole.Header, whole.Payload.Slice(i, 1), i == 0, i == length - 1))];
    }
}
