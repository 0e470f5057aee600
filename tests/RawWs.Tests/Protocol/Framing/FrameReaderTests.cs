using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using RawWs.Protocol.Framing;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Protocol.Framing;

public class FrameReaderTests
{
    private const string Hello = "48 65 6c 6c 6f";

    /// <summary>RFC 6455 section 5.7 and more of its kind: wire, receiver, and each frame as opcode, FIN, payload.</summary>
    public static TheoryData<string, int, string> Streams => new()
    {
        { "81 05 48 65 6c 6c 6f", 1, $"Text fin {Hello}" },
        { "81 85 37 fa 21 3d 7f 9f 4d 51 58", 0, $"Text fin {Hello}" },
        { "01 03 48 65 6c 80 02 6c 6f", 1, "Text more 48 65 6c; Continuation fin 6c 6f" },
        { "89 05 48 65 6c 6c 6f", 1, $"Ping fin {Hello}" },
        { "8a 85 37 fa 21 3d 7f 9f 4d 51 58", 0, $"Pong fin {Hello}" },
        { "01 03 48 65 6c 89 01 70 80 02 6c 6f", 1, "Text more 48 65 6c; Ping fin 70; Continuation fin 6c 6f" },    // a ping between fragments
        { "81 00", 1, "Text fin " },
        { "81 80 37 fa 21 3d", 0, "Text fin " },
        { "89 80 37 fa 21 3d 8a 80 37 fa 21 3d", 0, "Ping fin ; Pong fin " },
        { "01 00 00 00 80 00", 1, "Text more ; Continuation more ; Continuation fin " },
        { "88 82 37 fa 21 3d 34 12", 0, "Close fin 03 e8" },
        { "82 81 37 fa 21 3d 37 82 81 00 00 00 01 00", 0, "Binary fin 00; Binary fin 00" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Frames_are_read_and_unmasked(string wire, int receiver, string frames) =>
        Assert.Equal(frames, WireFrame.Describe(WireFrame.ReadAll(Reader(receiver), [Bytes.Hex(wire)])));

    [Theory]
    [MemberData(nameof(Streams))]
    public void One_byte_in_each_segment_gives_the_same_frames(string wire, int receiver, string frames)
    {
        Assert.Equal(frames, WireFrame.Describe(WireFrame.ReadAll(Reader(receiver), Bytes.OneByteEach(Bytes.Hex(wire)))));
        Assert.Equal(frames, WireFrame.Describe(WireFrame.ReadAsTheyArrive(Reader(receiver), Bytes.OneByteEach(Bytes.Hex(wire)))));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Any_two_cuts_and_empty_segments_give_the_same_frames(string wire, int receiver, string frames)
    {
        byte[] bytes = Bytes.Hex(wire);
        for (int first = 0; first <= bytes.Length; first++)
            for (int second = first; second <= bytes.Length; second++)
            {
                Assert.Equal(frames, WireFrame.Describe(WireFrame.ReadAll(Reader(receiver), Bytes.Cut(bytes, first, second))));
                Assert.Equal(frames, WireFrame.Describe(WireFrame.ReadAsTheyArrive(Reader(receiver), Bytes.Cut(bytes, first, second))));
            }
    }

    [Theory]
    [InlineData(256, "82 7e 01 00")]
    [InlineData(65536, "82 7f 00 00 00 00 00 01 00 00")]
    public void The_large_examples_of_the_RFC_are_read(int length, string header)
    {
        byte[] payload = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        byte[] wire = [.. Bytes.Hex(header), .. payload];
        WireFrame frame = Assert.Single(WireFrame.ReadAll(Reader(1), Bytes.Cut(wire, 3, 100)));
        Assert.Equal(WireFrame.Of(Opcode.Binary, true, payload), frame);
    }

    [Theory]
    [InlineData("")]
    [InlineData("81")]
    [InlineData("81 85 37 fa 21")]
    [InlineData("82 fe 01")]
    [InlineData("82 ff 00 00 00 00 00 01 00 00 37 fa 21")]
    public void An_incomplete_header_is_false_and_consumes_nothing(string wire)
    {
        byte[] bytes = Bytes.Hex(wire);
        foreach (byte[][] pieces in new[] { [bytes], Bytes.OneByteEach(bytes) })
        {
            ReadOnlySequence<byte> input = Bytes.Sequence(pieces);
            Assert.False(Reader(0).TryRead(ref input, out _));
            Assert.Equal(bytes.Length, input.Length);
        }
    }

    [Fact]
    public void Data_comes_in_parts_as_it_arrives()
    {
        FrameReader reader = Reader(0);
        ReadOnlySequence<byte> input = Bytes.Sequence(Bytes.Hex("81 85 37 fa 21 3d"));
        AssertPart(ref input, "", isStart: true, isEnd: false);      // the header alone, so that it can be judged
        Assert.False(reader.TryRead(ref input, out _));
        Assert.True(input.IsEmpty, "a header of a frame without payload bytes is kept by the reader");

        input = Bytes.Sequence(Bytes.Hex("7f 9f"), Bytes.Hex("4d"));
        AssertPart(ref input, "48 65", isStart: false, isEnd: false);
        AssertPart(ref input, "6c", isStart: false, isEnd: false);
        Assert.False(reader.TryRead(ref input, out _));

        input = Bytes.Sequence(Bytes.Hex("51 58 81"));
        AssertPart(ref input, "6c 6f", isStart: false, isEnd: true);
        Assert.Equal(1, input.Length);

        void AssertPart(ref ReadOnlySequence<byte> input, string payload, bool isStart, bool isEnd)
        {
            Assert.True(reader.TryRead(ref input, out FramePart part));
            Assert.Equal(payload, Bytes.ToHex(part.Payload.Span));
            Assert.Equal((isStart, isEnd), (part.IsStart, part.IsEnd));
            Assert.Equal(5, part.Header.Length);
        }
    }

    [Fact]
    public void A_control_frame_waits_until_it_is_whole()
    {
        FrameReader reader = Reader(1);
        ReadOnlySequence<byte> input = Bytes.Sequence(Bytes.Hex("89 03 61"), Bytes.Hex("62"));
        Assert.False(reader.TryRead(ref input, out _));
        Assert.Equal("61 62", Bytes.ToHex(input.ToArray()));

        input = Bytes.Sequence(Bytes.Hex("61"), Bytes.Hex("62"), Bytes.Hex("63 81"));
        Assert.True(reader.TryRead(ref input, out FramePart part));
        Assert.Equal("61 62 63", Bytes.ToHex(part.Payload.Span));
        Assert.Equal("81", Bytes.ToHex(input.ToArray()));
    }

    [Fact]
    public void Payload_is_unmasked_where_it_lies()
    {
        byte[] wire = Bytes.Hex("81 85 37 fa 21 3d 7f 9f 4d 51 58");
        ReadOnlySequence<byte> input = new(wire);
        Assert.True(Reader(0).TryRead(ref input, out FramePart part));
        Assert.True(MemoryMarshal.TryGetArray(part.Payload, out ArraySegment<byte> lies));
        Assert.Same(wire, lies.Array);
        Assert.Equal(6, lies.Offset);
        Assert.Equal(Hello, Bytes.ToHex(wire.AsSpan(6)));
    }

    [Fact]
    public void A_message_in_one_segment_costs_no_allocation()
    {
        byte[] wire = Bytes.Hex($"81 85 00 00 00 00 {Hello} 89 80 37 fa 21 3d");
        FrameReader reader = new(Role.Server, 1000);
        MessageValidator validator = new(1000, 10);
        ReadBoth();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 1_000; round++) ReadBoth();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void ReadBoth()
        {
            ReadOnlySequence<byte> input = new(wire);
            if (!reader.TryRead(ref input, out FramePart text) || !validator.Accept(text)) Assert.Fail("the message was not read");
            if (!reader.TryRead(ref input, out _)) Assert.Fail("the ping was not read");
        }
    }

    [Theory]
    [InlineData("82 8b 37 fa 21 3d", 10)]
    [InlineData("01 fe 00 7e 37 fa 21 3d", 125)]
    [InlineData("80 ff 00 00 00 00 00 01 00 00 37 fa 21 3d", 65535)]
    [InlineData("82 ff 7f ff ff ff ff ff ff ff 37 fa 21 3d", long.MaxValue - 1)]
    public void A_frame_over_the_limit_is_1009_at_its_header(string header, long limit)
    {
        foreach (byte[][] pieces in new[] { [Bytes.Hex(header)], Bytes.OneByteEach(Bytes.Hex(header)) })
        {
            ReadOnlySequence<byte> input = Bytes.Sequence(pieces);
            WebSocketProtocolException violation = Assert.Throws<WebSocketProtocolException>(
                () => new FrameReader(Role.Server, limit).TryRead(ref input, out _));
            Assert.Equal(WebSocketCloseStatus.MessageTooBig, violation.CloseStatus);
        }
    }

    [Theory]
    [InlineData("82 8a 37 fa 21 3d", 10, true)]
    [InlineData("82 ff 7f ff ff ff ff ff ff ff 37 fa 21 3d", 0, true)]
    [InlineData("89 8b 37 fa 21 3d", 10, false)]    // a control frame is no message, and comes whole
    public void Up_to_the_limit_a_header_is_taken(string header, long limit, bool hasPart)
    {
        ReadOnlySequence<byte> input = Bytes.Sequence(Bytes.Hex(header));
        Assert.Equal(hasPart, new FrameReader(Role.Server, limit).TryRead(ref input, out _));
        Assert.True(input.IsEmpty);
    }

    [Theory]
    [InlineData("83", 0)]
    [InlineData("81 05", 0)]
    [InlineData("81 85", 1)]
    [InlineData("89 fe", 0)]
    [InlineData("82 fe 00 7d", 0)]
    public void An_illegal_header_is_a_protocol_error_behind_whole_frames_and_under_any_cut(string illegal, int receiver)
    {
        byte[] ping = receiver == 0 ? Bytes.Hex("89 81 00 00 00 00 70") : Bytes.Hex("89 01 70");
        byte[] wire = [.. ping, .. Bytes.Hex(illegal)];
        for (int cut = 0; cut <= wire.Length; cut++)
        {
            FrameReader reader = Reader(receiver);
            ReadOnlySequence<byte> input = Bytes.Sequence(Bytes.Cut(wire, cut));
            Assert.True(reader.TryRead(ref input, out FramePart part));
            Assert.Equal(Opcode.Ping, part.Header.Opcode);
            WebSocketProtocolException violation = Assert.Throws<WebSocketProtocolException>(() => reader.TryRead(ref input, out _));
            Assert.Equal(WebSocketCloseStatus.ProtocolError, violation.CloseStatus);
        }
    }

    [Fact]
    public void Rsv1_is_refused_as_no_extension_is_in_use()
    {
        ReadOnlySequence<byte> input = Bytes.Sequence(Bytes.Hex("c1"));
        Assert.Throws<WebSocketProtocolException>(() => Reader(0).TryRead(ref input, out _));
    }

    private static FrameReader Reader(int receiver) => new((Role)receiver, maxMessageBytes: 0);
}
