using System.Net.WebSockets;
using RawWs.Protocol.Framing;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Protocol.Framing;

public class FrameHeaderTests
{
    private const string Base = "RFC 6455 section 5.2";
    private const string Control = "RFC 6455 section 5.5";
    private const string Masking = "RFC 6455 section 5.1";
    private const string Compression = "RFC 7692 section 6";

    /// <summary>The frames of RFC 6455 section 5.7 and RFC 7692 section 7.2.3, without their payloads: wire, receiver, opcode, FIN, RSV1, masked, length.</summary>
    public static TheoryData<string, int, int, bool, bool, bool, long> Examples => new()
    {
        { "81 05", 1, 0x1, true, false, false, 5 },                                // unmasked text "Hello"
        { "81 85 37 fa 21 3d", 0, 0x1, true, false, true, 5 },                     // masked text "Hello"
        { "01 03", 1, 0x1, false, false, false, 3 },                               // first fragment "Hel"
        { "80 02", 1, 0x0, true, false, false, 2 },                                // last fragment "lo"
        { "89 05", 1, 0x9, true, false, false, 5 },                                // unmasked ping
        { "8a 85 37 fa 21 3d", 0, 0xA, true, false, true, 5 },                     // masked pong
        { "82 7e 01 00", 1, 0x2, true, false, false, 256 },                        // 256 bytes binary
        { "82 7f 00 00 00 00 00 01 00 00", 1, 0x2, true, false, false, 65536 },    // 64 KiB binary
        { "c1 07", 1, 0x1, true, true, false, 7 },                                 // compressed "Hello"
        { "41 03", 1, 0x1, false, true, false, 3 },                                // its first fragment
        { "88 80 00 00 00 00", 0, 0x8, true, false, true, 0 },                     // close without a code, key 0
    };

    /// <summary>The form of the length on both sides of each boundary.</summary>
    public static TheoryData<string, long> Lengths => new()
    {
        { "82 00", 0 },
        { "82 7d", 125 },
        { "82 7e 00 7e", 126 },
        { "82 7e 00 7f", 127 },
        { "82 7e 00 ff", 255 },
        { "82 7e ff ff", 65535 },
        { "82 7f 00 00 00 00 00 01 00 00", 65536 },
        { "82 7f 00 00 00 00 80 00 00 00", 1L << 31 },
        { "82 7f 7f ff ff ff ff ff ff ff", long.MaxValue },
    };

    /// <summary>Headers that end with the byte that breaks the rule: wire, receiver, whether RSV1 may be set, what the rule is about, section.</summary>
    public static TheoryData<string, int, bool, string, string> Illegal => new()
    {
        { "a1", 0, true, "RSV2", Base },
        { "91", 0, true, "RSV3", Base },
        { "c1", 0, false, "RSV1", Base },
        { "c9", 0, false, "RSV1", Base },
        { "f1", 1, false, "RSV2", Base },
        { "c9", 0, true, "RSV1 must be 0 on control frames", Compression },
        { "c8", 1, true, "RSV1 must be 0 on control frames", Compression },
        { "c0", 0, true, "first frame", Compression },
        { "40", 1, true, "first frame", Compression },
        { "83", 0, false, "Reserved opcodes", Base },
        { "07", 1, false, "Reserved opcodes", Base },
        { "8b", 0, false, "Reserved opcodes", Base },
        { "8f", 1, false, "Reserved opcodes", Base },
        { "0b", 0, false, "Reserved opcodes", Base },
        { "08", 0, false, "fragmented", Control },
        { "09", 1, false, "fragmented", Control },
        { "0a", 0, false, "fragmented", Control },
        { "81 05", 0, false, "client must mask", Masking },
        { "81 00", 0, false, "client must mask", Masking },
        { "89 7e", 0, false, "client must mask", Masking },
        { "81 85", 1, false, "server must not mask", Masking },
        { "88 80", 1, false, "server must not mask", Masking },
        { "89 fe", 0, false, "125", Control },
        { "88 ff", 0, false, "125", Control },
        { "8a 7e", 1, false, "125", Control },
        { "82 7e 00 7d", 1, false, "minimal", Base },
        { "82 fe 00 00", 0, false, "minimal", Base },
        { "82 7f 00 00 00 00 00 00 ff ff", 1, false, "minimal", Base },
        { "82 ff 00 00 00 00 00 00 00 00", 0, false, "minimal", Base },
        { "82 7f 80 00 00 00 00 00 00 00", 1, false, "most significant bit", Base },
        { "82 ff ff ff ff ff ff ff ff ff", 0, false, "most significant bit", Base },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_examples_of_the_RFCs_are_read_field_by_field(string wire, int receiver, int opcode, bool isFinal, bool rsv1, bool isMasked, long length)
    {
        byte[] bytes = Bytes.Hex(wire);
        Assert.True(FrameHeader.TryRead(bytes, (Role)receiver, rsv1, out FrameHeader header, out int size));
        Assert.Equal(new FrameHeader((Opcode)opcode, isFinal, rsv1, isMasked, header.MaskKey, length), header);
        Assert.Equal(bytes.Length, size);
        Assert.Equal(bytes.Length, header.Size);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void What_was_read_is_written_as_the_same_bytes(string wire, int receiver, int opcode, bool isFinal, bool rsv1, bool isMasked, long length)
    {
        Assert.True(FrameHeader.TryRead(Bytes.Hex(wire), (Role)receiver, rsv1, out FrameHeader read, out _));
        FrameHeader header = new((Opcode)opcode, isFinal, rsv1, isMasked, read.MaskKey, length);
        Assert.Equal(wire, Written(header));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void The_length_takes_the_minimal_number_of_bytes(string wire, long length)
    {
        FrameHeader header = new(Opcode.Binary, IsFinal: true, Rsv1: false, IsMasked: false, MaskKey: 0, length);
        Assert.Equal(wire, Written(header));
        Assert.True(FrameHeader.TryRead(Bytes.Hex(wire), Role.Client, false, out FrameHeader read, out int size));
        Assert.Equal(header, read);
        Assert.Equal(header.Size, size);
    }

    [Fact]
    public void The_mask_key_keeps_the_order_of_its_bytes()
    {
        Assert.True(FrameHeader.TryRead(Bytes.Hex("81 85 37 fa 21 3d"), Role.Server, false, out FrameHeader header, out _));
        Assert.Equal("37 fa 21 3d", Bytes.ToHex(BitConverter.GetBytes(header.MaskKey)));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_incomplete_header_is_false_and_consumes_nothing(string wire, int receiver, int opcode, bool isFinal, bool rsv1, bool isMasked, long length)
    {
        _ = (opcode, isFinal, isMasked, length);
        byte[] bytes = Bytes.Hex(wire);
        for (int count = 0; count < bytes.Length; count++)
        {
            Assert.False(FrameHeader.TryRead(bytes.AsSpan(0, count), (Role)receiver, rsv1, out FrameHeader header, out int size));
            Assert.Equal(0, size);
            Assert.Equal(default, header);
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Bytes_after_the_header_are_not_its_business(string wire, int receiver, int opcode, bool isFinal, bool rsv1, bool isMasked, long length)
    {
        _ = (opcode, isFinal, isMasked);
        byte[] bytes = [.. Bytes.Hex(wire), .. Bytes.Hex("ff ff ff")];
        Assert.True(FrameHeader.TryRead(bytes, (Role)receiver, rsv1, out FrameHeader header, out int size));
        Assert.Equal(length, header.Length);
        Assert.Equal(bytes.Length - 3, size);
    }

    [Theory]
    [MemberData(nameof(Illegal))]
    public void An_illegal_header_is_a_protocol_error_at_the_byte_that_breaks_the_rule(string wire, int receiver, bool rsv1Allowed, string rule, string section)
    {
        byte[] bytes = Bytes.Hex(wire);
        for (int count = 0; count < bytes.Length; count++)
            Assert.False(FrameHeader.TryRead(bytes.AsSpan(0, count), (Role)receiver, rsv1Allowed, out _, out _));

        foreach (byte[] seen in new byte[][] { bytes, [.. bytes, 0x00], [.. bytes, .. Bytes.Hex("ff ff ff ff ff ff ff ff ff ff ff ff ff ff")] })
        {
            WebSocketProtocolException violation = Assert.Throws<WebSocketProtocolException>(
                () => FrameHeader.TryRead(seen, (Role)receiver, rsv1Allowed, out _, out _));
            Assert.Equal(WebSocketCloseStatus.ProtocolError, violation.CloseStatus);
            Assert.Contains(rule, violation.Rule, StringComparison.Ordinal);
            Assert.Equal(section, violation.Section);
            Assert.True(violation.Message.Length <= ClosePayload.MaxReasonBytes, "the rule does not fit in a close frame");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_all_first_bytes_only_these_begin_a_frame(bool rsv1Allowed)
    {
        // FIN or not for data; FIN for control; RSV1 for text and binary where an extension defines it
        byte[] legal = Bytes.Hex("00 01 02 80 81 82 88 89 8a" + (rsv1Allowed ? "41 42 c1 c2" : ""));
        for (int first = 0; first <= 0xFF; first++)
        {
            byte[] bytes = [(byte)first];
            Exception? violation = Record.Exception(() => FrameHeader.TryRead(bytes, Role.Server, rsv1Allowed, out _, out _));
            Assert.True(legal.Contains((byte)first) == violation is null, $"first byte {first:x2}: {violation?.Message ?? "accepted"}");
        }
    }

    [Fact]
    public void Random_headers_survive_the_round_trip()
    {
        const int Seed = 6455;
        Random random = new(Seed);
        Opcode[] opcodes = Enum.GetValues<Opcode>();
        for (int round = 0; round < 20_000; round++)
        {
            Opcode opcode = opcodes[random.Next(opcodes.Length)];
            bool isControl = opcode.IsControl();
            bool isMasked = random.Next(2) == 0;
            FrameHeader header = new(
                opcode,
                IsFinal: isControl || random.Next(2) == 0,
                Rsv1: opcode is Opcode.Text or Opcode.Binary && random.Next(2) == 0,
                isMasked,
                isMasked ? (uint)random.NextInt64(1L << 32) : 0,
                isControl ? random.Next(126) : random.NextInt64(long.MaxValue) >> random.Next(63));
            byte[] wire = new byte[FrameHeader.MaxSize];
            int written = header.Write(wire);
            Role receiver = isMasked ? Role.Server : Role.Client;
            Assert.True(FrameHeader.TryRead(wire.AsSpan(0, written), receiver, true, out FrameHeader read, out int size), $"seed {Seed}, round {round}");
            Assert.True((header, written) == (read, size), $"seed {Seed}, round {round}: {header} of {written} was read as {read} of {size}");
        }
    }

    private static string Written(FrameHeader header)
    {
        byte[] wire = new byte[FrameHeader.MaxSize];
        return Bytes.ToHex(wire.AsSpan(0, header.Write(wire)));
    }
}
