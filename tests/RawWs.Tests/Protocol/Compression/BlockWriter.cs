namespace RawWs.Tests.Protocol.Compression;

/// <summary>DEFLATE blocks by hand, bit by bit (RFC 1951 section 3.2).</summary>
internal sealed class BlockWriter
{
    private readonly List<byte> _bytes = [];

    /// <summary>How many bits there are.</summary>
    public int Bits { get; private set; }

    public byte[] ToArray() => [.. _bytes];

    /// <summary>A number, the least significant bit first.</summary>
    public BlockWriter Number(int value, int bits)
    {
        for (int i = 0; i < bits; i++)
        {
            if (Bits % 8 == 0) _bytes.Add(0);
            _bytes[^1] |= (byte)((value >> i & 1) << Bits % 8);
            Bits++;
        }
        return this;
    }

    /// <summary>A Huffman code, the most significant bit first.</summary>
    public BlockWriter Code(int value, int bits)
    {
        for (int i = bits - 1; i >= 0; i--)
            Number(value >> i, 1);
        return this;
    }

    /// <summary>A fixed block of as many bytes of 200, 9 bits each.</summary>
    public BlockWriter FixedBlock(int literals, bool isFinal = false)
    {
        Number(isFinal ? 1 : 0, 1).Number(1, 2);
        for (int i = 0; i < literals; i++)
            Code(0b110010000 + 200 - 144, 9);
        return Code(0, 7);
    }

    /// <summary>A fixed block that ends with three bytes from so far back (257 to 32768).</summary>
    public BlockWriter FixedBlockWithMatch(int literals, int distance)
    {
        Number(0, 1).Number(1, 2);
        for (int i = 0; i < literals; i++)
            Code(0b110010000 + 200 - 144, 9);
        (int code, int first, int extra) = distance switch
        {
            >= 24577 => (29, 24577, 13),
            >= 16385 => (28, 16385, 13),
            >= 12289 => (27, 12289, 12),
            >= 8193 => (26, 8193, 12),
            >= 6145 => (25, 6145, 11),
            >= 4097 => (24, 4097, 11),
            >= 3073 => (23, 3073, 10),
            >= 2049 => (22, 2049, 10),
            >= 1537 => (21, 1537, 9),
            >= 1025 => (20, 1025, 9),
            >= 769 => (19, 769, 8),
            >= 513 => (18, 513, 8),
            >= 385 => (17, 385, 7),
            _ => (16, 257, 7),
        };
        return Code(1, 7).Code(code, 5).Number(distance - first, extra).Code(0, 7);
    }

    /// <summary>A dynamic block in which <c>a</c> is a 0 bit and the end of the block a 1 bit.</summary>
    public BlockWriter DynamicBlock(int literals, bool isFinal = false)
    {
        DynamicHeader(lengths: 257, distances: 1, isFinal).Code(0, 1);
        return Code(0, literals).Code(1, 1);
    }

    /// <summary>The header of such a block up to the end's own length; the lengths of the codes after it are yet to be written. There, a 0 bit is a length of 0, and <c>11</c> with three bits more is 3 to 10 of them.</summary>
    public BlockWriter DynamicHeader(int lengths, int distances, bool isFinal = false)
    {
        Number(isFinal ? 1 : 0, 1).Number(2, 2).Number(lengths - 257, 5).Number(distances - 1, 5).Number(18 - 4, 4);
        foreach (int length in (int[])[0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2])
            Number(length, 3);
        return Zeros(97).Code(0b10, 2).Zeros(158).Code(0b10, 2);
    }

    /// <summary>An empty stored block without its length: what a message ends with.</summary>
    public BlockWriter EndOfMessage()
    {
        Number(0, 3);
        return Number(0, (8 - Bits % 8) % 8);
    }

    /// <summary>So many lengths of 0, by tens; three more than a multiple of ten at least.</summary>
    public BlockWriter Zeros(int count)
    {
        for (; count > 0; count -= 10)
            Code(0b11, 2).Number(Math.Min(count, 10) - 3, 3);
        return this;
    }
}
