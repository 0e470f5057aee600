using System.Buffers.Binary;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Connection;

/// <summary>Frames on the wire (RFC 6455 section 5.2), read and written without the library's own code, so that tests can speak of both roles in the same hex.</summary>
internal static class FrameBytes
{
    private const int MaskBit = 0x80;

    private static ReadOnlySpan<byte> Key => [0x37, 0xfa, 0x21, 0x3d];

    /// <summary>Masks frames as a client does (section 5.3); the last one may be cut short.</summary>
    public static byte[] Mask(ReadOnlySpan<byte> frames)
    {
        List<byte> masked = [];
        while (!frames.IsEmpty)
        {
            if (frames.Length == 1)
                return [.. masked, frames[0]];
            (int header, long length) = Measure(frames);
            masked.AddRange(frames[..header]);
            masked[^(header - 1)] |= MaskBit;
            masked.AddRange(Key);
            ReadOnlySpan<byte> payload = frames.Slice(header, (int)Math.Min(length, frames.Length - header));
            for (int i = 0; i < payload.Length; i++)
                masked.Add((byte)(payload[i] ^ Key[i & 3]));
            frames = frames[(header + payload.Length)..];
        }
        return [.. masked];
    }

    /// <summary>Takes the first frame out, unmasked; false when it is not whole yet. Its length must have the shortest form; the key is null when it is not masked.</summary>
    public static bool TryTake(List<byte> bytes, out RawFrame frame, out uint? key)
    {
        (frame, key) = (null!, null);
        ReadOnlySpan<byte> all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes);
        if (all.Length < 2 || all.Length < Measure(all, lengthOnly: true).Header)
            return false;
        (int header, long length) = Measure(all);
        Assert.Equal(header, 2 + (length > ushort.MaxValue ? 8 : length > 125 ? 2 : 0));
        int maskSize = (all[1] & MaskBit) == 0 ? 0 : Key.Length;
        if (all.Length < header + maskSize + length)
            return false;
        ReadOnlySpan<byte> mask = all.Slice(header, maskSize);
        byte[] payload = all.Slice(header + maskSize, (int)length).ToArray();
        for (int i = 0; maskSize > 0 && i < payload.Length; i++)
            payload[i] ^= mask[i & 3];
        key = maskSize == 0 ? null : BinaryPrimitives.ReadUInt32BigEndian(mask);
        frame = new RawFrame(all[0] & 0x0f, payload, (all[0] & 0x80) != 0, all[0] >> 4 & 7);
        bytes.RemoveRange(0, header + maskSize + payload.Length);
        return true;
    }

    /// <summary>The frame as a server sends it.</summary>
    public static byte[] Write(RawFrame frame)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, frame.Payload.Length);
        byte[] size = frame.Payload.Length switch
        {
            < 126 => [(byte)frame.Payload.Length],
            <= ushort.MaxValue => [126, .. length[6..]],
            _ => [127, .. length],
        };
        return [(byte)((frame.IsFinal ? 0x80 : 0) | frame.Rsv << 4 | frame.Opcode), .. size, .. frame.Payload.Span];
    }

    private static (int Header, long Length) Measure(ReadOnlySpan<byte> frame, bool lengthOnly = false) => (frame[1] & 0x7f) switch
    {
        126 => (4, lengthOnly ? 0 : BinaryPrimitives.ReadUInt16BigEndian(frame[2..])),
        127 => (10, lengthOnly ? 0 : BinaryPrimitives.ReadInt64BigEndian(frame[2..])),
        int length => (2, length),
    };
}
