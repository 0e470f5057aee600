using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>One header line without its line end (RFC 9112 section 5).</summary>
internal readonly ref struct HeaderLine(ReadOnlySpan<byte> line)
{
    private readonly ReadOnlySpan<byte> _line = line;

    public ReadOnlySpan<byte> Name => _line[.._line.IndexOf((byte)':')];

    public ReadOnlySpan<byte> Value => _line[(_line.IndexOf((byte)':') + 1)..].Trim(" \t"u8);

    /// <summary>Whether the line has this name; names compare without case (RFC 9110 section 5.1).</summary>
    public bool Is(ReadOnlySpan<byte> name) =>
        _line.Length > name.Length && _line[name.Length] == ':' && Ascii.EqualsIgnoreCase(_line[..name.Length], name);

    /// <summary>Whether the value, a comma-separated list, has this element in any case.</summary>
    public bool ListContains(ReadOnlySpan<byte> element)
    {
        foreach (ReadOnlySpan<byte> candidate in new ListElements(Value))
            if (Ascii.EqualsIgnoreCase(candidate, element))
                return true;
        return false;
    }

    /// <summary>The rule that makes this no header line, if it breaks one; that it has no control characters is known.</summary>
    public string? FindFault()
    {
        int nameLength = _line.IndexOfAnyExcept(HttpCharacters.Token);
        if (IsWhiteSpace(_line[0]))
            return "A header line begins with white space (RFC 9112 section 5.2)";
        if (nameLength < 0 || (_line[nameLength] != ':' && !_line.Contains((byte)':')))
            return "A header line has no colon (RFC 9112 section 5)";
        if (IsWhiteSpace(_line[nameLength]))
            return "White space stands between a header's name and its colon (RFC 9112 section 5.1)";
        if (nameLength == 0 || _line[nameLength] != ':')
            return "A header's name is not a token (RFC 9110 section 5.1)";
        return null;
    }

    private static bool IsWhiteSpace(byte value) => value is (byte)' ' or (byte)'\t';
}
