using System.Text;
using static RawWs.Protocol.Handshake.Refusal;

namespace RawWs.Protocol.Handshake;

/// <summary>The rules by which a server judges an upgrade request (RFC 6455 section 4.2.1), in their order.</summary>
internal static class OpeningHandshake
{
    private const string Version = "13";

    /// <summary>Whether this is an upgrade request at all.</summary>
    public static bool IsUpgradeRequested(RequestHead head) => SpeaksUpgrade(head) && head.Headers.ListContains("Upgrade"u8, "websocket"u8);

    /// <summary>Judges a GET request on a WebSocket route, and takes the bearer token out of its subprotocols if those may hold one.</summary>
    /// <exception cref="WebSocketHandshakeException">A rule is broken.</exception>
    public static UpgradeRequest Check(RequestHead head, IReadOnlyList<string> allowedOrigins, bool allowMissingOrigin, string? bearerPrefix)
    {
        UpgradeHeaders headers = new(head);
        Require(headers.NamesWebSocket && SpeaksUpgrade(head), 426, "This is a WebSocket endpoint, and the request does not ask for an upgrade to websocket (RFC 6455 section 4.2.1)");
        Require(headers.NamesUpgrade, "Connection does not name Upgrade (RFC 6455 section 4.2.1)");
        CheckVersion(headers);
        CheckKey(headers);
        Require(!head.HasBody, "An upgrade request has a body (RFC 9110 section 9.3.1)");
        Require(OriginRule.IsAllowed(head, allowedOrigins, allowMissingOrigin), 403, "This origin may not connect (RFC 6455 section 4.2.2)");
        ExtensionOffer.CheckAll(head);
        string[] subprotocols = SubprotocolOffer.ReadChecked(head.Headers);
        string? token = bearerPrefix is null ? null : SubprotocolOffer.TakeBearerToken(head.Headers, bearerPrefix);
        if (token is not null)
            subprotocols = SubprotocolOffer.Read(head.Headers);
        BearerToken.RequireOne(BearerToken.Count(head.Headers) <= (token is null ? 1 : 0));

        byte[] accept = new byte[AcceptKey.AcceptBytes];
        AcceptKey.Compute(headers.Key, accept);
        return new(head, accept, subprotocols, token);
    }

    /// <summary>HTTP/1.0 ignores <c>Upgrade</c> (RFC 9110 section 7.8).</summary>
    private static bool SpeaksUpgrade(RequestHead head) => head.MinorVersion >= 1;

    private static void CheckVersion(UpgradeHeaders headers)
    {
        Require(headers.Versions <= 1, "Sec-WebSocket-Version is given twice (RFC 6455 section 11.3.5)");
        if (!Ascii.Equals(headers.Version, Version))
            throw new WebSocketHandshakeException(426, "The WebSocket version is not 13 (RFC 6455 section 4.2.2)", [new("Sec-WebSocket-Version", Version)]);
    }

    private static void CheckKey(UpgradeHeaders headers)
    {
        Require(headers.Keys > 0, "The request has no Sec-WebSocket-Key (RFC 6455 section 4.2.1)");
        Require(headers.Keys == 1, "Sec-WebSocket-Key is given twice (RFC 6455 section 11.3.1)");
        Require(AcceptKey.IsKey(headers.Key), "Sec-WebSocket-Key is not 16 bytes in base64 (RFC 6455 section 4.2.1)");
    }
}
