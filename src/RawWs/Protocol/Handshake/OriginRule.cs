namespace RawWs.Protocol.Handshake;

/// <summary>Decides whether the page that opens a connection may do so (RFC 6455 section 10.2).</summary>
internal static class OriginRule
{
    public static bool IsAllowed(RequestHead head, IReadOnlyList<string> allowedOrigins, bool allowMissing) => throw new NotSupportedException();
}
