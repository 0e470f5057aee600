using System.Buffers.Binary;
using System.Numerics;

namespace RawWs.Protocol.Handshake;

/// <summary>SHA-1 (RFC 3174), which RFC 6455 needs as a checksum only; the framework's would load OpenSSL into every server.</summary>
internal static class Sha1
{
    public const int DigestBytes = 20;

    private const int BlockBytes = 64;
    private const int LengthBytes = 8;
    private const int ScheduleWords = 80;

    public static void Hash(ReadOnlySpan<byte> input, Span<byte> digest)
    {
        Span<uint> state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];   // section 6.1
        ReadOnlySpan<byte> rest = input;
        for (; rest.Length >= BlockBytes; rest = rest[BlockBytes..])
            Mix(state, rest[..BlockBytes]);

        // section 4: a one bit, zeros, the length in bits
        Span<byte> tail = stackalloc byte[2 * BlockBytes];
        tail.Clear();
        rest.CopyTo(tail);
        tail[rest.Length] = 0x80;
        int tailBytes = rest.Length + 1 + LengthBytes <= BlockBytes ? BlockBytes : 2 * BlockBytes;
        BinaryPrimitives.WriteUInt64BigEndian(tail[(tailBytes - LengthBytes)..], (ulong)input.Length * 8);
        for (int i = 0; i < tailBytes; i += BlockBytes)
            Mix(state, tail.Slice(i, BlockBytes));

        for (int i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(digest[(i * sizeof(uint))..], state[i]);
    }

    /// <summary>Section 6.1, steps a to e.</summary>
    private static void Mix(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[ScheduleWords];
        for (int t = 0; t < ScheduleWords; t++)
            words[t] = t < 16
                ? BinaryPrimitives.ReadUInt32BigEndian(block[(t * sizeof(uint))..])
                : BitOperations.RotateLeft(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);

        (uint a, uint b, uint c, uint d, uint e) = (state[0], state[1], state[2], state[3], state[4]);
        for (int t = 0; t < ScheduleWords; t++)
        {
            uint f = t switch   // section 5, the functions and the constants
            {
                < 20 => ((b & c) | (~b & d)) + 0x5A827999,
                < 40 => (b ^ c ^ d) + 0x6ED9EBA1,
                < 60 => ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC,
                _ => (b ^ c ^ d) + 0xCA62C1D6,
            };
            (a, b, c, d, e) = (BitOperations.RotateLeft(a, 5) + f + e + words[t], a, BitOperations.RotateLeft(b, 30), c, d);
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }
}
