namespace RawWs.Protocol.Handshake;

/// <summary>Where the parts of a status line stand in it (RFC 9112 section 4).</summary>
internal static class StatusLine
{
    private const int MinorVersionAt = 7;
    private const int StatusAt = 9;
    private const int ReasonAt = 13;

    public static int MinorVersion(ReadOnlySpan<byte> line) => line[MinorVersionAt] - '0';

    public static int Status(ReadOnlySpan<byte> line) => (line[StatusAt] - '0') * 100 + (line[StatusAt + 1] - '0') * 10 + line[StatusAt + 2] - '0';

    public static ReadOnlySpan<byte> Reason(ReadOnlySpan<byte> line) => line.Length > ReasonAt ? line[ReasonAt..] : default;
}
