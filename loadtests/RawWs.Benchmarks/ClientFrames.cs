using RawWs.Protocol.Framing;

namespace RawWs.Benchmarks;

/// <summary>Masked frames as a client sends them.</summary>
internal static class ClientFrames
{
    private const uint Key = 0x12345678;

    /// <summary>The same binary message several times over.</summary>
    public static byte[] Make(int payloadSize, int count)
    {
        FrameHeader header = new(Opcode.Binary, IsFinal: true, Rsv1: false, IsMasked: true, Key, payloadSize);
        byte[] frame = new byte[header.Size + payloadSize];
        int start = header.Write(frame);
        FrameMask.Apply(frame.AsSpan(start), Key);
        byte[] all = new byte[frame.Length * count];
        for (int i = 0; i < count; i++)
            frame.CopyTo(all, i * frame.Length);
        return all;
    }
}
