using System.Buffers;

namespace RawWs.Protocol.Framing;

/// <summary>Writes frames (RFC 6455 section 5.2); a mask key makes it a client's (section 5.3).</summary>
internal static class FrameWriter
{
    /// <summary>Writes a whole frame.</summary>
    public static void Write(IBufferWriter<byte> output, FirstByte first, ReadOnlySpan<byte> payload, uint? maskKey)
    {
        Span<byte> frame = output.GetSpan(FrameHeader.MaxSize + payload.Length);
        int size = Header(first, payload.Length, maskKey).Write(frame);
        if (maskKey is { } key)
            FrameMask.Apply(payload, frame[size..], key);
        else
            payload.CopyTo(frame[size..]);
        output.Advance(size + payload.Length);
    }

    /// <summary>Writes the header of a frame whose payload follows by other means.</summary>
    public static int WriteHeader(IBufferWriter<byte> output, FirstByte first, long length, uint? maskKey)
    {
        int size = Header(first, length, maskKey).Write(output.GetSpan(FrameHeader.MaxSize));
        output.Advance(size);
        return size;
    }

    private static FrameHeader Header(FirstByte first, long length, uint? maskKey) =>
        new(first.Opcode, first.IsFinal, first.Rsv1, IsMasked: maskKey.HasValue, maskKey.GetValueOrDefault(), length);
}
