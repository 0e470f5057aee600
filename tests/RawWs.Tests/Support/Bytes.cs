using System.Buffers;

namespace RawWs.Tests.Support;

/// <summary>Bytes as tests write them: hex that a reader can check, and byte arrays cut into segments.</summary>
internal static class Bytes
{
    /// <summary>Reads hex; white space between bytes means nothing.</summary>
    public static byte[] Hex(string hex) => Convert.FromHexString(string.Concat(hex.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>Writes hex as tests write it.</summary>
    public static string ToHex(ReadOnlySpan<byte> bytes) => BitConverter.ToString(bytes.ToArray()).Replace('-', ' ').ToLowerInvariant();

    /// <summary>Copies the pieces between the cuts; a cut named twice gives an empty piece.</summary>
    public static byte[][] Cut(byte[] bytes, params int[] cuts)
    {
        int[] bounds = [0, .. cuts.Order(), bytes.Length];
        return [.. bounds.Zip(bounds.Skip(1), (begin, end) => bytes[begin..end])];
    }

    public static byte[][] OneByteEach(byte[] bytes) => [.. bytes.Select(value => new[] { value })];

    /// <summary>Joins pieces to a sequence with one segment for each, over the pieces' own memory.</summary>
    public static ReadOnlySequence<byte> Sequence(params byte[][] pieces)
    {
        if (pieces.Length == 0) return ReadOnlySequence<byte>.Empty;
        Segment first = new(pieces[0], 0);
        Segment last = first;
        foreach (byte[] piece in pieces.Skip(1)) last = last.Append(piece);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long index)
        {
            Memory = bytes;
            RunningIndex = index;
        }

        public Segment Append(byte[] bytes)
        {
            Segment next = new(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
