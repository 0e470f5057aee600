using System.Net.WebSockets;
using RawWs.Protocol.Framing;

namespace RawWs.Protocol.Compression;

/// <summary>Decompresses messages (RFC 7692 section 7.2.2), a piece at a time.</summary>
internal sealed unsafe class Inflater : ZlibStream
{
    /// <summary>A sender of windows of 8 bits exists; zlib inflates nothing of less than 9 reliably, and more takes in less.</summary>
    private const int MinWindowBits = 9;

    private const string Section = "RFC 7692 section 7.2.2";

    private readonly int _windowBits;
    private bool _isEmpty = true;
    private bool _isAtFinalEnd;

    /// <param name="windowBits">8 to 15: at least what the sender uses.</param>
    public Inflater(int windowBits)
    {
        _windowBits = Math.Max(windowBits, MinWindowBits);
        ThrowUnlessOk(Zlib.InflateInit(Stream, _windowBits));
    }

    /// <summary>What every compressed message ends with, and is sent without (section 7.2.1): the length of an empty stored block. Behind it a byte that belongs to no message.</summary>
    private static ReadOnlySpan<byte> TailAndProbe => [0x00, 0x00, 0xFF, 0xFF, 0x00];

    /// <summary>Takes input and writes output until either is used up, or a final block ends. When the output was filled, more may be there.</summary>
    /// <param name="input">Bytes of a message; moved past what was used.</param>
    /// <param name="output">Not empty.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="WebSocketProtocolException">This is no DEFLATE.</exception>
    public int Inflate(ref ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (input.IsEmpty && _isEmpty)
            return 0;
        _isEmpty = false;
        _isAtFinalEnd &= input.IsEmpty;
        int result = Inflate(ref input, output, Zlib.SyncFlush, out int written);
        if (result != Zlib.StreamEnd)
            return written;
        ThrowUnlessOk(Zlib.InflateReset(Stream, _windowBits));          // BFINAL ends a stream, not the message (section 7.2.3.4)
        _isAtFinalEnd = true;
        return written;
    }

    /// <summary>The message has no more bytes, and all of its output was taken: ends it. The next one may refer to it.</summary>
    /// <exception cref="WebSocketProtocolException">The message ends within a block.</exception>
    public void EndMessage()
    {
        bool isComplete = _isEmpty || _isAtFinalEnd || TryEndBlock();
        ProtocolRule.Require(isComplete, WebSocketCloseStatus.InvalidPayloadData, "A compressed message must end with its last block", Section);
        (_isEmpty, _isAtFinalEnd) = (true, false);
    }

    /// <summary>Forgets all messages before: the next one stands alone.</summary>
    public void Reset()
    {
        ThrowUnlessOk(Zlib.InflateReset(Stream, _windowBits));
        (_isEmpty, _isAtFinalEnd) = (true, false);
    }

    protected override void End(Zlib.Stream* stream) => _ = Zlib.InflateEnd(stream);

    /// <summary>Within a block the probe would be taken for a part of it.</summary>
    private bool TryEndBlock()
    {
        ReadOnlySpan<byte> input = TailAndProbe;
        Span<byte> output = stackalloc byte[TailAndProbe.Length];
        int result = Inflate(ref input, output, Zlib.BlockFlush, out int written);
        return result == Zlib.Ok && input.Length == 1 && written == 0;
    }

    private int Inflate(ref ReadOnlySpan<byte> input, scoped Span<byte> output, int flush, out int written)
    {
        fixed (byte* from = input, to = output)
        {
            Zlib.Stream* stream = Stream;
            stream->NextIn = from;
            stream->AvailableIn = (uint)input.Length;
            stream->NextOut = to;
            stream->AvailableOut = (uint)output.Length;
            int result = Zlib.Inflate(stream, flush);
            written = output.Length - (int)stream->AvailableOut;
            input = input[^(int)stream->AvailableIn..];
            if (result == Zlib.MemoryError)
                throw new InsufficientMemoryException("There is no memory for compression.");
            ProtocolRule.Require(result is Zlib.Ok or Zlib.StreamEnd or Zlib.BufferError, WebSocketCloseStatus.InvalidPayloadData, "Compressed data must be valid DEFLATE", Section);
            return result;
        }
    }
}
