namespace RawWs.Tests.Support;

/// <summary>Blocks of DEFLATE by hand, where no deflater would write them (RFC 1951 section 3.2).</summary>
internal static class DeflateBytes
{
    private static readonly int[] DistanceBases =
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];

    /// <summary>A stored block (section 3.2.4), not the last, that begins and ends at a byte.</summary>
    public static byte[] Stored(ReadOnlySpan<byte> bytes) =>
        [0x00, (byte)bytes.Length, (byte)(bytes.Length >> 8), (byte)~bytes.Length, (byte)(~bytes.Length >> 8), .. bytes];

    /// <summary>A block by the fixed codes (section 3.2.6) with one match of 3 bytes, and behind it an empty stored block up to the next byte.</summary>
    public static byte[] Match(int distance, bool last)
    {
        Bits bits = new();
        bits.Add(last ? 1 : 0, 1);
        bits.Add(1, 2);
        bits.AddCode(1, 7);                                             // 257: a length of 3
        int code = Array.FindLastIndex(DistanceBases, distanceBase => distanceBase <= distance);
        bits.AddCode(code, 5);
        bits.Add(distance - DistanceBases[code], Math.Max(0, code / 2 - 1));
        bits.AddCode(0, 7);                                             // 256: the end of the block
        if (!last) bits.Add(0, 3);                                      // the header of a stored block
        byte[] block = bits.ToArray();
        return last ? block : [.. block, 0x00, 0x00, 0xff, 0xff];
    }

    private sealed class Bits
    {
        private readonly List<byte> _bytes = [];
        private int _count;

        /// <summary>A number, from its lowest bit on.</summary>
        public void Add(int value, int count)
        {
            for (int i = 0; i < count; i++)
            {
                if (_count % 8 == 0) _bytes.Add(0);
                _bytes[^1] |= (byte)((value >> i & 1) << _count++ % 8);
            }
        }

        /// <summary>A code, from its highest bit on.</summary>
        public void AddCode(int code, int count)
        {
            for (int i = count - 1; i >= 0; i--)
                Add(code >> i & 1, 1);
        }

        public byte[] ToArray() => [.. _bytes];
    }
}
