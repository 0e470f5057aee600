using System.Buffers;

namespace RawWs.Protocol.Handshake;

/// <summary>Finds the lines of a head in bytes that come in pieces: looks at each byte once, and holds the limits as the bytes come.</summary>
internal struct LineFinder(HeadLimits limits)
{
    private readonly int _maxLineBytes = OrUnlimited(limits.MaxLineBytes);
    private readonly int _maxHeadBytes = OrUnlimited(limits.MaxHeadBytes);
    private readonly int _maxHeaders = OrUnlimited(limits.MaxHeaders);

    private int _scanned;
    private int _headers;

    /// <summary>Where the line begins that is looked for, from the start of the input.</summary>
    public int Start { get; private set; }

    /// <summary>Searches on from where the last search ended, so that dripping bytes are looked at once.</summary>
    /// <param name="rest">What begins at <see cref="Start"/>.</param>
    /// <param name="length">The line without its line end, as far as it is known.</param>
    public LineOutcome Find(SequenceReader<byte> rest, out int length)
    {
        rest.Advance(_scanned - Start);
        bool isFound = TryAdvanceToControl(ref rest);
        _scanned = checked((int)rest.Consumed);
        length = _scanned - Start;
        if (FindExcess(length) is { } excess)
        {
            length = excess == LineOutcome.LineTooLong ? _maxLineBytes : _maxHeadBytes - Start;   // the same however many bytes are there
            return excess;
        }
        if (!isFound)
            return LineOutcome.Incomplete;

        rest.TryPeek(out byte control);
        if (control == '\n')
            return LineOutcome.LineFeedAlone;
        if (control != '\r')
            return LineOutcome.ControlCharacter;
        if (!rest.TryPeek(1, out byte next))
            return LineOutcome.Incomplete;
        if (FindExcess(length + HeaderLines.LineEndBytes) is { } lastExcess)
            return lastExcess;
        return next == '\n' ? LineOutcome.Found : LineOutcome.CarriageReturnAlone;
    }

    /// <summary>Goes on to the line behind the one that was found.</summary>
    public void Pass(int length) => Start = _scanned = Start + length + HeaderLines.LineEndBytes;

    /// <summary>Counts a header line; false when it is one too many.</summary>
    public bool TryCountHeader() => ++_headers <= _maxHeaders;

    private static int OrUnlimited(int limit) => limit == 0 ? int.MaxValue : limit;

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
    private readonly LineOutcome? FindExcess(int lineBytes)
    {
        bool isLineLimitNearer = _maxLineBytes <= _maxHeadBytes - Start;
        if (lineBytes > _maxLineBytes && isLineLimitNearer)
            return LineOutcome.LineTooLong;
        if (lineBytes > _maxHeadBytes - Start)
            return LineOutcome.HeadTooLong;
        return null;
    }
}
