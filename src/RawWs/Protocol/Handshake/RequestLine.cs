using static RawWs.Protocol.Handshake.Refusal;

namespace RawWs.Protocol.Handshake;

/// <summary>Where the parts of a request line stand in it (RFC 9112 section 3).</summary>
/// <param name="MethodLength">The method stands at 0.</param>
/// <param name="AuthorityLength">The authority of an absolute target stands right before the path; 0 when there is none.</param>
/// <param name="PathStart">Where the path begins.</param>
/// <param name="PathLength">0 for an absolute target without a path, which means <c>/</c>.</param>
/// <param name="TargetEnd">The end of the path and the query; a space and the version follow.</param>
internal readonly record struct RequestLine(int MethodLength, int AuthorityLength, int PathStart, int PathLength, int TargetEnd)
{
    private const int VersionLength = 8;

    /// <summary>The length of the line without its line end.</summary>
    public int Length => VersionStart + VersionLength;

    public int AuthorityStart => PathStart - AuthorityLength;

    public int MajorVersionAt => VersionStart + 5;

    public int MinorVersionAt => VersionStart + 7;

    private int VersionStart => TargetEnd + 1;

    public static RequestLine Parse(ReadOnlySpan<byte> line)
    {
        int methodLength = line.IndexOfAnyExcept(HttpCharacters.Token);
        Require(methodLength > 0 && line[methodLength] == ' ', "The request line has no method and a space (RFC 9112 section 3)");
        int targetStart = methodLength + 1;
        int targetLength = line[targetStart..].IndexOf((byte)' ');
        Require(targetLength > 0, "The request line is not method, target and version with single spaces between them (RFC 9112 section 3)");
        Require(IsVersion(line[(targetStart + targetLength + 1)..]), "The request line does not end with a version such as HTTP/1.1 (RFC 9112 section 2.3)");
        ReadOnlySpan<byte> target = line.Slice(targetStart, targetLength);
        Require(HttpCharacters.IsTarget(target), "The target has a character that must be escaped (RFC 9112 section 3.2)");
        Require(!target.Contains((byte)'#'), "The target has a fragment (RFC 9112 section 3.2)");
        int authorityStart = target[0] == '/' ? 0 : AuthorityStartOf(target);
        int authorityLength = authorityStart == 0 ? 0 : AuthorityLengthOf(target[authorityStart..]);
        int pathStart = authorityStart + authorityLength;
        int pathLength = target[pathStart..].IndexOf((byte)'?');
        return new(
            methodLength, authorityLength, targetStart + pathStart, pathLength < 0 ? targetLength - pathStart : pathLength,
            targetStart + targetLength);
    }

    private static bool IsVersion(ReadOnlySpan<byte> text) =>
        text.Length == VersionLength && text.StartsWith("HTTP/"u8) && char.IsAsciiDigit((char)text[5]) && text[6] == '.' && char.IsAsciiDigit((char)text[7]);

    private static int AuthorityStartOf(ReadOnlySpan<byte> target)
    {
        ReadOnlySpan<byte> separator = "://"u8;
        Require(!target.SequenceEqual("*"u8), "The target * is for OPTIONS only (RFC 9112 section 3.2.4)");
        int schemeLength = target.IndexOf(separator);
        Require(schemeLength >= 0, "The target does not begin with a slash or a scheme (RFC 9112 section 3.2)");
        Require(Scheme.DefaultPort(target[..schemeLength]) is not null, "The target's scheme is none of http, https, ws and wss (RFC 9112 section 3.2.2)");
        return schemeLength + separator.Length;
    }

    private static int AuthorityLengthOf(ReadOnlySpan<byte> text)
    {
        int length = text.IndexOfAny((byte)'/', (byte)'?');
        if (length < 0)
            length = text.Length;
        Require(Authority.TryParse(text[..length], out _, out _), "The target's host is malformed (RFC 9112 section 3.2.2)");
        return length;
    }
}
