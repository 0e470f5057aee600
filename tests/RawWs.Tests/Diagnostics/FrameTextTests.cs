using System.Buffers;
using RawWs.Diagnostics;
using RawWs.Protocol.Framing;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Diagnostics;

public sealed class FrameTextTests
{
    /// <summary>Bytes of the wire, most of them RFC 6455 section 5.7's examples, and the line they become.</summary>
    public static TheoryData<string, string> Frames => new()
    {
        { "81 05 48 65 6c 6c 6f", "Text FIN=1 RSV=000 length=5 key=none \"Hello\" (section 5.6)" },
        { "81 85 37 fa 21 3d 7f 9f 4d 51 58", "Text FIN=1 RSV=000 length=5 key=37fa213d \"Hello\" (section 5.6)" },
        { "01 03 48 65 6c", "Text FIN=0 RSV=000 length=3 key=none \"Hel\" (section 5.6)" },
        { "81 00", "Text FIN=1 RSV=000 length=0 key=none \"\" (section 5.6)" },
        { "89 05 48 65 6c 6c 6f", "Ping FIN=1 RSV=000 length=5 key=none \"Hello\" (section 5.5.2)" },
        { "8a 85 37 fa 21 3d 7f 9f 4d 51 58", "Pong FIN=1 RSV=000 length=5 key=37fa213d \"Hello\" (section 5.5.3)" },
        { "89 02 00 ff", "Ping FIN=1 RSV=000 length=2 key=none 00 ff (section 5.5.2)" },
        { "82 03 00 41 ff", "Binary FIN=1 RSV=000 length=3 key=none 00 41 ff (section 5.6)" },
        { "82 00", "Binary FIN=1 RSV=000 length=0 key=none (section 5.6)" },
        { "88 00", "Close FIN=1 RSV=000 length=0 key=none (section 5.5.1)" },
        { "88 02 03 e8", "Close FIN=1 RSV=000 length=2 key=none 1000 NormalClosure (section 5.5.1)" },
        { "88 05 0f a0 62 79 65", "Close FIN=1 RSV=000 length=5 key=none 4000 \"bye\" (section 5.5.1)" },
        { "88 01 03", "Close FIN=1 RSV=000 length=1 key=none 03 (section 5.5.1)" },
        { "81 0a 0d 0a 09 22 5c 1b e2 80 ae 41", "Text FIN=1 RSV=000 length=10 key=none \"\\r\\n\\t\\\"\\\\\\u{1b}\\u{202e}A\" (section 5.6)" },
        { "81 05 63 61 66 c3 a9", "Text FIN=1 RSV=000 length=5 key=none \"caf\u00e9\" (section 5.6)" },
        { "81 03 41 c3 28", "Text FIN=1 RSV=000 length=3 key=none \"A\\xc3(\" (section 5.6)" },
        { "81 02 41 c3", "Text FIN=1 RSV=000 length=2 key=none \"A\\xc3\" (section 5.6)" },
        { "81 7e 01 00 41 42", "Text FIN=1 RSV=000 length=256 key=none \"AB\"... (section 5.6)" },
        { "82 7e 01 00", "Binary FIN=1 RSV=000 length=256 key=none ... (section 5.6)" },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_frame_is_one_line_with_every_field_of_its_header(string hex, string line) => Assert.Equal(line, Line(hex));

    [Fact]
    public void A_continuation_is_shown_as_its_message_is()
    {
        FrameHeader header = new(Opcode.Continuation, IsFinal: true, Rsv1: false, IsMasked: false, MaskKey: 0, Length: 2);
        Assert.Equal("Continuation FIN=1 RSV=000 length=2 key=none \"lo\" (section 5.4)", FrameText.Of(header, "lo"u8, Opcode.Text));
        Assert.Equal("Continuation FIN=1 RSV=000 length=2 key=none 6c 6f (section 5.4)", FrameText.Of(header, "lo"u8, Opcode.Binary));
    }

    [Fact]
    public void The_first_reserved_bit_stands_first() =>
        Assert.StartsWith("Text FIN=1 RSV=100", FrameText.Of(new FrameHeader(Opcode.Text, true, Rsv1: true, false, 0, 0), default, Opcode.Text), StringComparison.Ordinal);

    [Theory]
    [InlineData(64, "")]
    [InlineData(65, "...")]
    public void Of_a_payload_64_bytes_are_shown(int length, string end)
    {
        byte[] payload = [.. Enumerable.Repeat((byte)'x', length)];
        Assert.Equal($"\"{new string('x', 64)}\"{end}", PayloadText.Text(payload, length));
        Assert.Equal($"78{string.Concat(Enumerable.Repeat(" 78", 63))}{end}", PayloadText.Hex(payload, length));
    }

    [Fact]
    public void A_character_that_the_cut_goes_through_is_left_out()
    {
        byte[] payload = [.. Enumerable.Repeat((byte)'x', 63), 0xc3, 0xa9];
        Assert.Equal($"\"{new string('x', 63)}\"...", PayloadText.Text(payload, payload.Length));
    }

    private static string Line(string hex)
    {
        byte[] bytes = Bytes.Hex(hex);
        ReadOnlySequence<byte> input = new(bytes);
        Role receiver = (bytes[1] & 0x80) == 0 ? Role.Client : Role.Server;
        Assert.True(new FrameReader(receiver, 0).TryRead(ref input, out FramePart part));
        return FrameText.Of(part.Header, part.Payload.Span, part.Header.Opcode);
    }
}
