using System.Buffers;
using System.Buffers.Binary;
using RawWs.Protocol.Framing;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Protocol.Framing;

/// <summary>One frame as a test sees it: encoded by hand, and joined again from the parts that a reader gives.</summary>
internal sealed record WireFrame(Opcode Opcode, bool IsFinal, string Payload)
{
    public static WireFrame Of(Opcode opcode, bool isFinal, byte[] payload) => new(opcode, isFinal, Bytes.ToHex(payload));

    /// <summary>The frame's bytes, written without the code under test.</summary>
    public byte[] Encode(byte[]? key)
    {
        byte[] payload = Bytes.Hex(Payload);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
        byte[] size = payload.Length switch
        {
            < 126 => [(byte)payload.Length],
            < 65536 => [126, .. length[6..]],
            _ => [127, .. length],
        };
        if (key is not null) size[0] |= 0x80;
        for (int i = 0; key is not null && i < payload.Length; i++) payload[i] ^= key[i % 4];
        return [(byte)((IsFinal ? 0x80 : 0) | (byte)Opcode), .. size, .. key ?? [], .. payload];
    }

    public static string Describe(List<WireFrame> frames) =>
        string.Join("; ", frames.Select(frame => $"{frame.Opcode} {(frame.IsFinal ? "fin" : "more")} {frame.Payload}"));

    /// <summary>All frames of a sequence; it must be used up.</summary>
    public static List<WireFrame> ReadAll(FrameReader reader, byte[][] pieces)
    {
        ReadOnlySequence<byte> input = Bytes.Sequence(pieces);
        List<WireFrame> frames = [];
        Begun begun = new();
        ReadWhatIsThere(reader, ref input, begun, frames);
        Assert.True(input.IsEmpty, $"{input.Length} bytes are left");
        return frames;
    }

    /// <summary>All frames of pieces that arrive one after the other, as a pipe gives them: what was not consumed comes again with the next piece behind it.</summary>
    public static List<WireFrame> ReadAsTheyArrive(FrameReader reader, byte[][] pieces)
    {
        List<WireFrame> frames = [];
        ReadAsTheyArrive(reader, pieces, frames);
        return frames;
    }

    /// <summary>The same for input that may be illegal: <paramref name="frames"/> holds what was read before the violation.</summary>
    public static void ReadAsTheyArrive(FrameReader reader, byte[][] pieces, List<WireFrame> frames)
    {
        Begun begun = new();
        List<byte[]> unread = [];
        foreach (byte[] piece in pieces)
        {
            unread.Add(piece);
            ReadOnlySequence<byte> input = Bytes.Sequence([.. unread]);
            ReadWhatIsThere(reader, ref input, begun, frames);
            unread.Clear();
            foreach (ReadOnlyMemory<byte> left in input) unread.Add(left.ToArray());
        }
    }

    private static void ReadWhatIsThere(FrameReader reader, ref ReadOnlySequence<byte> input, Begun begun, List<WireFrame> frames)
    {
        while (reader.TryRead(ref input, out FramePart part))
        {
            Assert.Equal(!begun.IsOpen, part.IsStart);
            begun.IsOpen = true;
            begun.Bytes.AddRange(part.Payload.Span);
            Assert.Equal(begun.Bytes.Count == part.Header.Length, part.IsEnd);
            if (part.Header.Opcode.IsControl()) Assert.True(part.IsStart && part.IsEnd, "a control frame came in parts");
            if (!part.IsEnd) continue;
            frames.Add(Of(part.Header.Opcode, part.Header.IsFinal, [.. begun.Bytes]));
            begun = begun.Close();
        }
    }

    /// <summary>The frame whose parts are being joined; its first part may be empty.</summary>
    private sealed class Begun
    {
        public List<byte> Bytes { get; } = [];

        public bool IsOpen { get; set; }

        public Begun Close()
        {
            Bytes.Clear();
            IsOpen = false;
            return this;
        }
    }
}
