namespace RawWs.Protocol.Handshake;

/// <summary>The rules by which a server judges an upgrade request (RFC 6455 section 4.2.1), in their order.</summary>
internal static class OpeningHandshake
{
    /// <summary>Whether this is an upgrade request at all; HTTP/1.0 ignores <c>Upgrade</c> (RFC 9110 section 7.8).</summary>
    public static bool IsUpgradeRequested(RequestHead head) => throw new NotSupportedException();

    /// <summary>Judges a GET request on a WebSocket route.</summary>
    /// <exception cref="WebSocketHandshakeException">A rule is broken.</exception>
    public static UpgradeRequest Check(RequestHead head, IReadOnlyList<string> allowedOrigins, bool allowMissingOrigin) => throw new NotSupportedException();

    /// <summary>The first that the server supports among those that the client offers.</summary>
    public static string? ChooseSubprotocol(IReadOnlyList<string> offered, IReadOnlyList<string> supported) => throw new NotSupportedException();
}
