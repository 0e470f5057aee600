using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Gathers the first bytes of a response's body, as they come, without its framing (RFC 9112 section 6.3).</summary>
/// <remarks>The body of a refusal is there to be read by people: one that is framed badly simply ends where the fault is.</remarks>
internal sealed class ResponseBody
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly bool _isChunked;
    private long _wanted;
    private ChunkDecoder _chunks;

    public ResponseBody(ResponseHead head, int maxBytes)
    {
        _isChunked = IsChunked(head);
        _wanted = Math.Min(FindLength(head) ?? long.MaxValue, maxBytes);
    }

    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    private bool IsComplete => _wanted == 0 || _chunks.IsOver;

    /// <summary>Takes all that it is given, whatever the outcome; true when all is there that is wanted: the whole body, or its first bytes up to the limit.</summary>
    /// <remarks>The end of the stream is the end of any body; one that nothing else ends is never complete before.</remarks>
    public bool TryRead(ref ReadOnlySequence<byte> input)
    {
        foreach (ReadOnlyMemory<byte> piece in input)
            Take(piece.Span);
        input = input.Slice(input.End);
        return IsComplete;
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        if (!_isChunked)
            Append(piece);
        else
            while (!IsComplete && _chunks.TryRead(ref piece, out ReadOnlySpan<byte> data))
                Append(data);
    }

    private void Append(ReadOnlySpan<byte> data)
    {
        int length = (int)Math.Min(data.Length, _wanted);
        _bytes.Write(data[..length]);
        _wanted -= length;
    }

    /// <summary>Whether the last coding is in chunks; any other goes on to the end of the stream.</summary>
    private static bool IsChunked(ResponseHead head)
    {
        bool isChunked = false;
        foreach (HeaderLine header in head.Headers.Lines)
        {
            if (!header.Is("Transfer-Encoding"u8))
                continue;
            foreach (ReadOnlySpan<byte> coding in new ListElements(header.Value))
                isChunked = Ascii.EqualsIgnoreCase(coding, "chunked"u8);
        }
        return isChunked;
    }

    /// <summary><see langword="null"/> when something else tells the length.</summary>
    private static long? FindLength(ResponseHead head)
    {
        if (head.IsInformational || head.Status is 204 or 304)
            return 0;
        if (head.Headers.Count("Transfer-Encoding"u8, out _) > 0)   // stands above Content-Length
            return null;
        long? length = null;
        foreach (HeaderLine header in head.Headers.Lines)
        {
            if (!header.Is("Content-Length"u8))
                continue;
            long next = ParseLength(header.Value);
            if (length is not null && length != next)
                return 0;
            length = next;
        }
        return length;
    }

    private static long ParseLength(ReadOnlySpan<byte> text) =>
        !text.ContainsAnyExceptInRange((byte)'0', (byte)'9') && Utf8Parser.TryParse(text, out long length, out _) ? length : 0;
}
