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
    /// <exception cref="InsufficientMemoryException">There is no memory.</exception>
    public Inflater(int windowBits)
    {
        _windowBits = Math.Max(windowBits, MinWindowBits);
        using Use use = new(this);
        ThrowUnlessOk(Zlib.InflateInit(use.Stream, _windowBits));
    }

    /// <summary>What every compressed message ends with, and is sent without (section 7.2.1): the length of an empty stored block. Behind it a byte that belongs to no message.</summary>
    private static ReadOnlySpan<byte> TailAndProbe => [0x00, 0x00, 0xFF, 0xFF, 0x00];

    /// <summary>An empty stored block, whole (RFC 1951 section 3.2.4).</summary>
    private static ReadOnlySpan<byte> EmptyBlock => [0x00, 0x00, 0x00, 0xFF, 0xFF];

    /// <summary>Takes input and writes output until either is used up, or a final block ends. When the output was filled, more may be there.</summary>
    /// <param name="input">Bytes of a message; moved past what was used.</param>
    /// <param name="output">Not empty. What lies behind the written bytes may be overwritten too.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="WebSocketProtocolException">This is no DEFLATE.</exception>
    public int Inflate(scoped ref ReadOnlySpan<byte> input, scoped Span<byte> output)
    {
        if (input.IsEmpty && _isEmpty)
            return 0;
        _isEmpty = false;
        _isAtFinalEnd &= input.IsEmpty;
        if (Inflate(ref input, output, Zlib.SyncFlush, out int written) == Zlib.StreamEnd)
        {
            ResetStream();                                              // BFINAL ends a stream, not the message (section 7.2.3.4)
            _isAtFinalEnd = true;
        }
        return written;
    }

    /// <summary>The message has no more bytes, and all of its output was taken: ends it. The next one may refer to it.</summary>
    /// <exception cref="WebSocketProtocolException">The message ends within a block.</exception>
    public void EndMessage()
    {
        bool isComplete = _isEmpty || _isAtFinalEnd || (TryEndBlock() && IsAtBoundary());
        ProtocolRule.Require(isComplete, WebSocketCloseStatus.InvalidPayloadData, "A compressed message must end with its last block", Section);
        (_isEmpty, _isAtFinalEnd) = (true, false);
    }

    /// <summary>Forgets all messages before: the next one stands alone.</summary>
    public void Reset()
    {
        ResetStream();
        (_isEmpty, _isAtFinalEnd) = (true, false);
    }

    protected override void End(Zlib.Stream* stream) => _ = Zlib.InflateEnd(stream);

    protected override int Step(Zlib.Stream* stream, int flush) => Zlib.Inflate(stream, flush);

    /// <summary>Within a block the probe would be taken for a part of it.</summary>
    private bool TryEndBlock()
    {
        ReadOnlySpan<byte> input = TailAndProbe;
        Span<byte> output = stackalloc byte[TailAndProbe.Length];
        int result = Inflate(ref input, output, Zlib.BlockFlush, out int written);
        return result == Zlib.Ok && input.Length == 1 && written == 0;
    }

    /// <summary>A block made so that the tail is its end leaves bits of the last byte, which the next message would begin with.</summary>
    private bool IsAtBoundary()
    {
        ReadOnlySpan<byte> input = EmptyBlock;
        Span<byte> output = stackalloc byte[EmptyBlock.Length];
        if (Inflate(ref input, output, Zlib.SyncFlush, out _) != Zlib.StreamEnd)
            return input.IsEmpty;
        ResetStream();
        return input.Length == EmptyBlock.Length;                       // the block was final: nothing is read after it
    }

    private void ResetStream()
    {
        using Use use = new(this);
        ThrowUnlessOk(Zlib.InflateReset(use.Stream, _windowBits));
    }

    private int Inflate(scoped ref ReadOnlySpan<byte> input, scoped Span<byte> output, int flush, out int written)
    {
        int result = Run(ref input, output, flush, out written);
        ProtocolRule.Require(result != Zlib.DataError, WebSocketCloseStatus.InvalidPayloadData, "Compressed data must be valid DEFLATE", Section);
        if (result is not (Zlib.StreamEnd or Zlib.BufferError))
            ThrowUnlessOk(result);
        return result;
    }
}
