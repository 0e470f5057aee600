using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Where the parts of a status line stand in it (RFC 9112 section 4).</summary>
internal static class StatusLine
{
    public const string WrongBeginning = "It does not begin with HTTP/ (RFC 9112 section 4)";

    private const int MajorVersionAt = 5;
    private const int MinorVersionAt = 7;
    private const int StatusAt = 9;
    private const int ReasonAt = 13;

    private static ReadOnlySpan<byte> Protocol => "HTTP/"u8;

    /// <summary>Whether the first bytes of a line can still become a status line.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> start) => start.Length < Protocol.Length ? Protocol.StartsWith(start) : start.StartsWith(Protocol);

    /// <summary>The rule that makes this no status line, if it breaks one.</summary>
    public static string? FindFault(ReadOnlySpan<byte> line)
    {
        if (line.Length < Protocol.Length || !Ascii.EqualsIgnoreCase(line[..Protocol.Length], Protocol))
            return WrongBeginning;
        if (!line.StartsWith(Protocol))
            return "HTTP is not in capitals (RFC 9112 section 2.3)";
        if (!IsVersion(line[MajorVersionAt..]))
            return "The version is neither HTTP/1.1 nor HTTP/1.0 (RFC 9112 section 2.3)";
        if (line.Length < StatusAt || line[StatusAt - 1] != ' ')
            return "No space stands behind the version (RFC 9112 section 4)";
        if (!IsStatus(line[StatusAt..]))
            return "The status is not a number from 100 to 999 (RFC 9112 section 4)";
        if (line.Length >= ReasonAt && line[ReasonAt - 1] != ' ')   // white space at the end may be missing: RFC 9112 section 4
            return "No space stands behind the status (RFC 9112 section 4)";
        return null;
    }

    public static int MinorVersion(ReadOnlySpan<byte> line) => line[MinorVersionAt] - '0';

    public static int Status(ReadOnlySpan<byte> line) => (line[StatusAt] - '0') * 100 + (line[StatusAt + 1] - '0') * 10 + line[StatusAt + 2] - '0';

    public static ReadOnlySpan<byte> Reason(ReadOnlySpan<byte> line) => line.Length > ReasonAt ? line[ReasonAt..] : default;

    private static bool IsVersion(ReadOnlySpan<byte> text) => text.StartsWith("1."u8) && text.Length > 2 && text[2] is (byte)'0' or (byte)'1';

    private static bool IsStatus(ReadOnlySpan<byte> text) =>
        text.Length >= 3 && text[0] is >= (byte)'1' and <= (byte)'9' && char.IsAsciiDigit((char)text[1]) && char.IsAsciiDigit((char)text[2]);
}
