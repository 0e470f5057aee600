using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace RawWs.Protocol.Handshake;

/// <summary>Reads one response head from bytes that come in pieces: its limits and its syntax.</summary>
/// <remarks>The answer depends on the bytes alone, never on how they were cut. A reader reads one head: the one behind an informational head needs a new reader.</remarks>
internal sealed class ResponseReader(HeadLimits limits)
{
    private const int NoHttp = 0;   // a status that no response has

    private LineFinder _lines = new(limits);

    private bool HasStatusLine => _lines.Start > 0;

    /// <summary>Reads what came; each call gets all bytes that were not consumed, those of earlier calls first.</summary>
    /// <exception cref="WebSocketHandshakeException">With status 0: this is no HTTP response.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> input, [NotNullWhen(true)] out ResponseHead? head)
    {
        head = null;
        SequenceReader<byte> reader = new(input);
        reader.Advance(_lines.Start);
        while (TryFindLine(reader, out int length))
        {
            bool isLast = length == 0 && HasStatusLine;
            if (!isLast)
                TakeLine(reader, length);
            _lines.Pass(length);
            reader.Advance(length + HeaderLines.LineEndBytes);
            if (isLast)
            {
                head = new(input.Slice(0, _lines.Start - HeaderLines.LineEndBytes).ToArray());
                input = input.Slice(_lines.Start);
                return true;
            }
        }
        return false;
    }

    private bool TryFindLine(SequenceReader<byte> rest, out int length)
    {
        if (!HasStatusLine && rest.TryPeek(out byte first) && FindFaultOfFirst(first) is { } rule)
            Fail(rule, Quoted.Text([first]));
        LineOutcome outcome = _lines.Find(rest, out length);
        if (outcome is LineOutcome.Incomplete)
            return false;
        if (outcome is LineOutcome.Found)
            return true;
        rest.TryPeek(length, out byte decisive);
        using LineBytes line = new(rest, length);
        if (HasStatusLine)
            Fail(RuleOf(outcome, decisive), Quoted.Name(line.Span));
        Fail(StatusLine.MayBegin(line.Span) ? RuleOf(outcome, decisive) : StatusLine.WrongBeginning, Quoted.Text(line.Span));
        return false;
    }

    private void TakeLine(SequenceReader<byte> reader, int length)
    {
        using LineBytes line = new(reader, length);
        if (!HasStatusLine)
        {
            if (StatusLine.FindFault(line.Span) is { } rule)
                Fail(rule, Quoted.Text(line.Span));
        }
        else
        {
            if (!_lines.TryCountHeader())
                Fail("It has too many header fields (RFC 9110 section 5.4)", Quoted.Name(line.Span));
            if (new HeaderLine(line.Span).FindFault() is { } rule)
                Fail(rule, Quoted.Name(line.Span));
        }
    }

    /// <summary>What servers of other protocols say first: known at once, since they may then wait for us.</summary>
    private static string? FindFaultOfFirst(byte first) => first switch
    {
        0x15 or 0x16 => "It is TLS: is this a port for wss:// or https://? (RFC 9112 section 4)",   // RFC 8446 section 5.1: alert, handshake
        0x00 => "It begins like a frame of HTTP/2: does this port speak nothing else? (RFC 9112 section 4)",   // RFC 9113 section 4.1: a short length
        _ => null,
    };

    private string RuleOf(LineOutcome outcome, byte decisive) => outcome switch
    {
        LineOutcome.LineTooLong when !HasStatusLine => "The status line is too long (RFC 9110 section 5.4)",
        LineOutcome.LineTooLong => "A header line is too long (RFC 9110 section 5.4)",
        LineOutcome.HeadTooLong => "The head is too long (RFC 9110 section 5.4)",
        LineOutcome.LineFeedAlone => "A line ends with LF alone (RFC 9112 section 2.2)",
        LineOutcome.CarriageReturnAlone => "A CR stands without its LF (RFC 9112 section 2.2)",
        _ => $"The control character 0x{decisive:x2} stands in it (RFC 9110 section 5.5)",
    };

    [DoesNotReturn]
    private static void Fail(string rule, string came) => throw new WebSocketHandshakeException(NoHttp, $"The server's answer is illegal at {came}: {rule}");
}
