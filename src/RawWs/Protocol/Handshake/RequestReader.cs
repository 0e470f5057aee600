using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using static RawWs.Protocol.Handshake.Refusal;

namespace RawWs.Protocol.Handshake;

/// <summary>Reads one request head from bytes that come in pieces: its limits, its syntax, its version and its host, in this order.</summary>
/// <remarks>The answer depends on the bytes alone, never on how they were cut.</remarks>
internal sealed class RequestReader(HeadLimits limits)
{
    private const int MaxLeadingLineEnds = 2;

    private LineFinder _lines = new(limits);
    private int _headStart;   // from the start of the input
    private RequestLine? _requestLine;
    private BodyFraming _framing;

    /// <summary>Reads what came; each call gets all bytes that were not consumed, those of earlier calls first.</summary>
    /// <exception cref="WebSocketHandshakeException">The request is refused.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> input, [NotNullWhen(true)] out RequestHead? head)
    {
        head = null;
        SequenceReader<byte> reader = new(input);
        reader.Advance(_lines.Start);
        while (TryFindLine(reader, out int length))
        {
            bool isLast = length == 0 && _requestLine is not null;
            if (!isLast)
                TakeLine(reader, length);
            _lines.Pass(length);
            reader.Advance(length + HeaderLines.LineEndBytes);
            if (isLast)
            {
                head = new(input.Slice(_headStart, _lines.Start - HeaderLines.LineEndBytes - _headStart).ToArray(), _requestLine!.Value, _framing);
                CheckVersion(head);
                CheckHost(head);
                input = input.Slice(_lines.Start);
                return true;
            }
        }
        return false;
    }

    private bool TryFindLine(SequenceReader<byte> rest, out int length)
    {
        if (_requestLine is null && rest.TryPeek(out byte first))
            Require(first == '\r' || HttpCharacters.Token.Contains(first), "The first byte cannot begin a request (is this TLS on a plain port?) (RFC 9112 section 3)");
        LineOutcome outcome = _lines.Find(rest, out length);
        Require(outcome != LineOutcome.LineTooLong || _requestLine is not null, 414, "The request line is too long (RFC 9112 section 3)");
        Require(outcome != LineOutcome.LineTooLong, 431, "A header line is too long (RFC 6585 section 5)");
        Require(outcome != LineOutcome.HeadTooLong, 431, "The request's head is too long (RFC 6585 section 5)");
        Require(outcome != LineOutcome.LineFeedAlone, "A line ends with LF alone (RFC 9112 section 2.2)");
        Require(outcome != LineOutcome.ControlCharacter, "A control character stands in the request's head (RFC 9110 section 5.5)");
        Require(outcome != LineOutcome.CarriageReturnAlone, "A CR stands without its LF (RFC 9112 section 2.2)");
        return outcome == LineOutcome.Found;
    }

    private void TakeLine(SequenceReader<byte> reader, int length)
    {
        using LineBytes line = new(reader, length);
        if (_requestLine is not null)
        {
            Require(_lines.TryCountHeader(), 431, "The request has too many headers (RFC 6585 section 5)");
            HeaderLine header = new(line.Span);
            if (header.FindFault() is { } rule)
                Throw(BadRequest, rule);
            _framing = _framing.With(header);
        }
        else if (length == 0)
        {
            _headStart += HeaderLines.LineEndBytes;
            Require(_headStart <= MaxLeadingLineEnds * HeaderLines.LineEndBytes, "Too many empty lines come before the request line (RFC 9112 section 2.2)");
        }
        else
        {
            _requestLine = RequestLine.Parse(line.Span);
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
