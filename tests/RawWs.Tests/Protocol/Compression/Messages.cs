using RawWs.Protocol.Compression;
using Xunit;

namespace RawWs.Tests.Protocol.Compression;

/// <summary>Whole messages through a deflater and an inflater.</summary>
internal static class Messages
{
    private static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xFF, 0xFF];

    /// <summary>A compressed message as it is sent: without its tail (RFC 7692 section 7.2.1).</summary>
    public static byte[] Deflate(Deflater deflater, ReadOnlySpan<byte> message, DeflateFlush flush)
    {
        byte[] output = new byte[Deflater.MaxOutput(message.Length)];
        Assert.True(deflater.TryDeflate(message, output, flush, out int written));
        Assert.True(output.AsSpan(0, written).EndsWith(Tail));
        return output[..(written - Tail.Length)];
    }

    /// <summary>The same by a deflater that is made for this message.</summary>
    public static byte[] Deflate(ReadOnlySpan<byte> message, int level = 6, int windowBits = 15, int memoryLevel = 8)
    {
        using Deflater deflater = new(level, windowBits, memoryLevel);
        return Deflate(deflater, message, DeflateFlush.Sync);
    }

    /// <summary>What a compressed message holds.</summary>
    /// <param name="inflater">Left ready for the next message.</param>
    /// <param name="message">Without its tail.</param>
    /// <param name="first">The size of the first piece of input.</param>
    /// <param name="others">The size of the other pieces.</param>
    /// <param name="room">The size of the output.</param>
    public static byte[] Inflate(Inflater inflater, ReadOnlySpan<byte> message, int first = int.MaxValue, int others = int.MaxValue, int room = 4096)
    {
        List<byte> content = [];
        byte[] output = new byte[room];
        int size = first;
        do
        {
            ReadOnlySpan<byte> input = message[..Math.Min(size, message.Length)];
            message = message[input.Length..];
            size = others;
            int written;
            do
            {
                written = inflater.Inflate(ref input, output);
                content.AddRange(output.AsSpan(0, written));
            }
            while (!input.IsEmpty || written == room);
        }
        while (!message.IsEmpty);
        inflater.EndMessage();
        return [.. content];
    }

    /// <summary>The same by an inflater that is made for this message.</summary>
    public static byte[] Inflate(ReadOnlySpan<byte> message, int windowBits = 15)
    {
        using Inflater inflater = new(windowBits);
        return Inflate(inflater, message);
    }
}
