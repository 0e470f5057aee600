namespace RawWs.Protocol.Compression;

/// <summary>What becomes of what a deflater has taken in.</summary>
internal enum DeflateFlush
{
    /// <summary>It may keep some of it.</summary>
    None = Zlib.NoFlush,

    /// <summary>All of it comes out, ends with <c>00 00 FF FF</c>, and what follows may refer to it.</summary>
    Sync = Zlib.SyncFlush,

    /// <summary>The same, and what follows stands alone: what no context takeover needs (RFC 7692 section 7.1.1).</summary>
    Full = Zlib.FullFlush,
}

/// <summary>Compresses messages by DEFLATE (RFC 1951).</summary>
internal sealed unsafe class Deflater : ZlibStream
{
    public const int MinWindowBits = 9;

    /// <param name="level">zlib's, 1 to 9.</param>
    /// <param name="windowBits">9 to 15.</param>
    /// <param name="memoryLevel">zlib's, 1 to 9.</param>
    /// <exception cref="InsufficientMemoryException">There is no memory.</exception>
    public Deflater(int level, int windowBits, int memoryLevel)
    {
        using Use use = new(this);
        ThrowUnlessOk(Zlib.DeflateInit(use.Stream, level, windowBits, memoryLevel));
    }

    /// <summary>An empty stored block (RFC 1951 section 3.2.4), as every flush ends with.</summary>
    private static ReadOnlySpan<byte> EmptyBlock => [0x00, 0x00, 0x00, 0xFF, 0xFF];

    /// <summary>How much room is enough for the output of so many bytes and a flush, when nothing of earlier input is kept; at most what an array can have.</summary>
    public static int MaxOutput(int input) => (int)Math.Min(input + (long)(input / 8) + input / 128 + 64, Array.MaxLength);

    /// <summary>Takes all of the input; false when the output has no room, after which the deflater is of no use any more.</summary>
    public bool TryDeflate(ReadOnlySpan<byte> input, Span<byte> output, DeflateFlush flush, out int written)
    {
        int result = Run(ref input, output, (int)flush, out written);
        if (result == Zlib.BufferError && flush != DeflateFlush.None)
            return TryRepeatFlush(output, out written);
        return result is Zlib.Ok or Zlib.BufferError && input.IsEmpty && written < output.Length;
    }

    protected override void End(Zlib.Stream* stream) => _ = Zlib.DeflateEnd(stream);

    protected override int Step(Zlib.Stream* stream, int flush) => Zlib.Deflate(stream, flush);

    /// <summary>zlib writes nothing for a second flush without input between; this is what the message between them needs.</summary>
    private static bool TryRepeatFlush(Span<byte> output, out int written)
    {
        bool fits = EmptyBlock.TryCopyTo(output);
        written = fits ? EmptyBlock.Length : 0;
        return fits;
    }
}
