using System.Text.Unicode;

namespace RawWs.Protocol.Framing;

/// <summary>Checks UTF-8 that arrives in pieces and refuses it at the first byte that no valid text can have there (RFC 3629 section 4).</summary>
/// <remarks>After a refusal the state means nothing.</remarks>
internal struct Utf8Validator
{
    private const byte FirstContinuation = 0x80;
    private const byte LastContinuation = 0xBF;
    private const int LongestUnfinished = 3;

    // the sequence that is unfinished: how many bytes it still needs, and the range of the next one
    private byte _missing;
    private byte _lowest;
    private byte _highest;

    /// <summary>Whether the bytes so far do not end within a character.</summary>
    public readonly bool IsComplete => _missing == 0;

    /// <summary>Takes the next bytes; false at the first bad one.</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        int begun = 0;
        while (_missing > 0 && begun < bytes.Length)
            if (!TryContinue(bytes[begun++])) return false;
        if (begun == bytes.Length) return true;

        ReadOnlySpan<byte> rest = bytes[begun..];
        int whole = rest.Length - UnfinishedAtEnd(rest);
        if (!Utf8.IsValid(rest[..whole])) return false;
        if (whole == rest.Length) return true;
        if (!TryBegin(rest[whole])) return false;
        foreach (byte next in rest[(whole + 1)..])
            if (!TryContinue(next)) return false;
        return true;
    }

    private bool TryContinue(byte next)
    {
        if (next < _lowest || next > _highest) return false;
        _missing--;
        (_lowest, _highest) = (FirstContinuation, LastContinuation);
        return true;
    }

    private bool TryBegin(byte lead)
    {
        (byte Missing, byte Lowest, byte Highest) expected = lead switch
        {
            < 0xC2 => default,                                           // a continuation byte, or the lead of an overlong form
            <= 0xDF => (1, FirstContinuation, LastContinuation),
            0xE0 => (2, 0xA0, LastContinuation),                         // below: overlong
            0xED => (2, FirstContinuation, 0x9F),                        // above: surrogates
            <= 0xEF => (2, FirstContinuation, LastContinuation),
            0xF0 => (3, 0x90, LastContinuation),                         // below: overlong
            <= 0xF3 => (3, FirstContinuation, LastContinuation),
            0xF4 => (3, FirstContinuation, 0x8F),                        // above: beyond U+10FFFF
            _ => default,
        };
        (_missing, _lowest, _highest) = expected;
        return _missing > 0;
    }

    /// <summary>How many bytes at the end are a lead byte with fewer continuation bytes than it announces.</summary>
    private static int UnfinishedAtEnd(ReadOnlySpan<byte> bytes)
    {
        int most = Math.Min(LongestUnfinished, bytes.Length);
        for (int count = 1; count <= most; count++)
        {
            byte value = bytes[^count];
            if (value < FirstContinuation) return 0;
            if (value > LastContinuation) return SequenceLength(value) > count ? count : 0;
        }
        return 0;
    }

    private static int SequenceLength(byte lead) => lead switch
    {
        < 0xE0 => 2,
        < 0xF0 => 3,
        _ => 4,
    };
}
