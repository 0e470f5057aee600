using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using static RawWs.Protocol.Handshake.Refusal;

namespace RawWs.Protocol.Handshake;

/// <summary>Reads one request head from bytes that come in pieces: its limits, its syntax, its version and its host, in this order.</summary>
/// <remarks>The answer depends on the bytes alone, never on how they were cut.</remarks>
internal sealed class RequestReader(HeadLimits limits)
{
    private const int MaxLeadingLineEnds = 2;

    private readonly int _maxLineBytes = OrUnlimited(limits.MaxLineBytes);
    private readonly int _maxHeadBytes = OrUnlimited(limits.MaxHeadBytes);
    private readonly int _maxHeaders = OrUnlimited(limits.MaxHeaders);

    // positions count from the start of the input
    private int _headStart;
    private int _lineStart;
    private int _scanned;

    private RequestLine? _requestLine;
    private int _headers;
    private BodyFraming _framing;

    /// <summary>Reads what came; each call gets all bytes that were not consumed, those of earlier calls first.</summary>
    /// <exception cref="WebSocketHandshakeException">The request is refused.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> input, [NotNullWhen(true)] out RequestHead? head)
    {
        head = null;
        SequenceReader<byte> reader = new(input);
        reader.Advance(_lineStart);
        while (TryFindLine(reader, out int length))
        {
            bool isLast = length == 0 && _requestLine is not null;
            if (!isLast)
                TakeLine(reader, length);
            reader.Advance(length + HeaderLines.LineEndBytes);
            _lineStart = _scanned = (int)reader.Consumed;
            if (isLast)
            {
                head = new(input.Slice(_headStart, _lineStart - HeaderLines.LineEndBytes - _headStart).ToArray(), _requestLine!.Value, _framing);
                CheckVersion(head);
                CheckHost(head);
                input = input.Slice(_lineStart);
                return true;
            }
        }
        return false;
    }

    private static int OrUnlimited(int limit) => limit == 0 ? int.MaxValue : limit;

    /// <summary>Searches on from where the last search ended, so that dripping bytes are looked at once.</summary>
    private bool TryFindLine(SequenceReader<byte> rest, out int length)
    {
        if (_requestLine is null && rest.TryPeek(out byte first))
            Require(first == '\r' || HttpCharacters.Token.Contains(first), "The first byte cannot begin a request (is this TLS on a plain port?) (RFC 9112 section 3)");
        rest.Advance(_scanned - _lineStart);
        bool found = TryAdvanceToControl(ref rest);
        _scanned = checked((int)rest.Consumed);
        length = _scanned - _lineStart;
        RequireWithinLimits(length);
        if (!found)
            return false;

        rest.TryPeek(out byte control);
        Require(control != '\n', "A line ends with LF alone (RFC 9112 section 2.2)");
        Require(control == '\r', "A control character stands in the request's head (RFC 9110 section 5.5)");
        if (!rest.TryPeek(1, out byte next))
            return false;
        RequireWithinLimits(length + HeaderLines.LineEndBytes);
        Require(next == '\n', "A CR stands without its LF (RFC 9112 section 2.2)");
        return true;
    }

    private static bool TryAdvanceToControl(ref SequenceReader<byte> rest)
    {
        while (!rest.End)
        {
            ReadOnlySpan<byte> piece = rest.UnreadSpan;
            int found = piece.IndexOfAny(HttpCharacters.Control);
            rest.Advance(found < 0 ? piece.Length : found);
            if (found >= 0)
                return true;
        }
        return false;
    }

    /// <summary>Names the limit whose first byte too many came first, so that the cuts between the bytes do not matter.</summary>
    private void RequireWithinLimits(int lineBytes)
    {
        bool lineLimitIsNearer = _maxLineBytes <= _maxHeadBytes - _lineStart;
        if (lineBytes > _maxLineBytes && lineLimitIsNearer)
        {
            Require(_requestLine is not null, 414, "The request line is too long (RFC 9112 section 3)");
            Throw(431, "A header line is too long (RFC 6585 section 5)");
        }
        Require(lineBytes <= _maxHeadBytes - _lineStart, 431, "The request's head is too long (RFC 6585 section 5)");
    }

    private void TakeLine(SequenceReader<byte> reader, int length)
    {
        if (reader.UnreadSpan.Length >= length)
        {
            TakeLine(reader.UnreadSpan[..length]);
            return;
        }
        byte[] joined = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            reader.TryCopyTo(joined.AsSpan(0, length));
            TakeLine(joined.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(joined);
        }
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        if (_requestLine is not null)
        {
            Require(++_headers <= _maxHeaders, 431, "The request has too many headers (RFC 6585 section 5)");
            HeaderLine header = new(line);
            header.Check();
            _framing = _framing.With(header);
        }
        else if (line.IsEmpty)
        {
            _headStart += HeaderLines.LineEndBytes;
            Require(_headStart <= MaxLeadingLineEnds * HeaderLines.LineEndBytes, "Too many empty lines come before the request line (RFC 9112 section 2.2)");
        }
        else
        {
            _requestLine = RequestLine.Parse(line);
        }
    }

    private static void CheckVersion(RequestHead head)
    {
        Require(head.MajorVersion == 1, 505, "The version is not HTTP/1.1 (RFC 9110 section 15.6.6)");
        Require(head.MinorVersion <= 1, 505, "The version is not HTTP/1.1 (RFC 9110 section 15.6.6)");
    }

    private static void CheckHost(RequestHead head)
    {
        int count = head.Headers.Count("Host"u8, out ReadOnlySpan<byte> host);
        Require(count > 0 || head.MinorVersion == 0, "The request has no Host (RFC 9112 section 3.2)");
        Require(count <= 1, "Host is given twice (RFC 9112 section 3.2)");
        Require(count == 0 || !host.IsEmpty, "Host is empty (RFC 9112 section 3.2)");
        Require(count == 0 || Authority.TryParse(host, out _, out _), "Host is malformed (RFC 9112 section 3.2)");
    }
}
