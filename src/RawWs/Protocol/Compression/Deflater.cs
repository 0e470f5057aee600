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
    public Deflater(int level, int windowBits, int memoryLevel) => ThrowUnlessOk(Zlib.DeflateInit(Stream, level, windowBits, memoryLevel));

    /// <summary>How much room is enough for the output of so many bytes and a flush.</summary>
    public static int MaxOutput(int input) => checked(input + input / 8 + input / 128 + 64);

    /// <summary>Takes all of the input; false when the output has no room, after which the deflater is of no use any more.</summary>
    public bool TryDeflate(ReadOnlySpan<byte> input, Span<byte> output, DeflateFlush flush, out int written)
    {
        fixed (byte* from = input, to = output)
        {
            Zlib.Stream* stream = Stream;
            stream->NextIn = from;
            stream->AvailableIn = (uint)input.Length;
            stream->NextOut = to;
            stream->AvailableOut = (uint)output.Length;
            int result = Zlib.Deflate(stream, (int)flush);
            written = output.Length - (int)stream->AvailableOut;
            return result is Zlib.Ok or Zlib.BufferError && stream->AvailableIn == 0 && stream->AvailableOut > 0;
        }
    }

    protected override void End(Zlib.Stream* stream) => _ = Zlib.DeflateEnd(stream);
}
