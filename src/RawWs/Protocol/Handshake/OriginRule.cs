using System.Text;
using static RawWs.Protocol.Handshake.Refusal;

namespace RawWs.Protocol.Handshake;

/// <summary>Decides whether the page that opens a connection may do so (RFC 6455 section 10.2).</summary>
internal static class OriginRule
{
    private const string Any = "*";

    /// <exception cref="WebSocketHandshakeException">There are two origins.</exception>
    public static bool IsAllowed(RequestHead head, IReadOnlyList<string> allowedOrigins, bool allowMissing)
    {
        int count = head.Headers.Count("Origin"u8, out ReadOnlySpan<byte> origin);
        Require(count <= 1, "Origin is given twice (RFC 6454 section 7.3)");
        if (count == 0)
            return allowMissing;
        return IsListed(origin, allowedOrigins) || IsSameOrigin(origin, head);
    }

    private static bool IsListed(ReadOnlySpan<byte> origin, IReadOnlyList<string> allowedOrigins)
    {
        for (int i = 0; i < allowedOrigins.Count; i++)
            if (allowedOrigins[i] == Any || Ascii.EqualsIgnoreCase(origin, allowedOrigins[i]))
                return true;
        return false;
    }

    /// <summary>The schemes are not compared, because TLS may end at a proxy: a host without a port stands for the default port of the origin's scheme.</summary>
    private static bool IsSameOrigin(ReadOnlySpan<byte> origin, RequestHead head)
    {
        ReadOnlySpan<byte> separator = "://"u8;
        int schemeLength = origin.IndexOf(separator);
        if (schemeLength < 0 || Scheme.DefaultPort(origin[..schemeLength]) is not int defaultPort)
            return false;
        return Authority.TryParse(origin[(schemeLength + separator.Length)..], out ReadOnlySpan<byte> name, out int? port)
            && Authority.TryParse(head.HostBytes, out ReadOnlySpan<byte> servedName, out int? servedPort)
            && Ascii.EqualsIgnoreCase(name, servedName)
            && (port ?? defaultPort) == (servedPort ?? defaultPort);
    }
}
