using System.Text;
using static RawWs.Protocol.Handshake.Refusal;

namespace RawWs.Protocol.Handshake;

/// <summary>The rules by which a server judges an upgrade request (RFC 6455 section 4.2.1), in their order.</summary>
internal static class OpeningHandshake
{
    private const string Version = "13";

    /// <summary>Whether this is an upgrade request at all.</summary>
    public static bool IsUpgradeRequested(RequestHead head) => SpeaksUpgrade(head) && head.Headers.ListContains("Upgrade"u8, "websocket"u8);

    /// <summary>Judges a GET request on a WebSocket route.</summary>
    /// <exception cref="WebSocketHandshakeException">A rule is broken.</exception>
    public static UpgradeRequest Check(RequestHead head, IReadOnlyList<string> allowedOrigins, bool allowMissingOrigin)
    {
        UpgradeHeaders headers = new(head);
        Require(headers.NamesWebSocket && SpeaksUpgrade(head), 426, "This is a WebSocket endpoint, and the request does not ask for an upgrade to websocket (RFC 6455 section 4.2.1)");
        Require(headers.NamesUpgrade, "Connection does not name Upgrade (RFC 6455 section 4.2.1)");
        CheckVersion(headers);
        CheckKey(headers);
        Require(!head.HasBody, "An upgrade request has a body (RFC 9110 section 9.3.1)");
        Require(OriginRule.IsAllowed(head, allowedOrigins, allowMissingOrigin), 403, "This origin may not connect (RFC 6455 section 4.2.2)");
        ExtensionOffer.CheckAll(head);
        IReadOnlyList<string> subprotocols = ReadSubprotocols(head);

        byte[] accept = new byte[AcceptKey.AcceptBytes];
        AcceptKey.Compute(headers.Key, accept);
        return new(head, accept, subprotocols);
    }

    /// <summary>The first that the server supports among those that the client offers.</summary>
    public static string? ChooseSubprotocol(IReadOnlyList<string> offered, IReadOnlyList<string> supported)
    {
        for (int i = 0; i < supported.Count; i++)
            if (offered.Contains(supported[i], StringComparer.Ordinal))
                return supported[i];
        return null;
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

    /// <summary>The lines of the header are one list (RFC 6455 section 11.3.4).</summary>
    private static string[] ReadSubprotocols(RequestHead head)
    {
        List<string> subprotocols = [];
        bool isAsked = false;
        foreach (HeaderLine header in head.Headers.Lines)
        {
            if (!header.Is("Sec-WebSocket-Protocol"u8))
                continue;
            isAsked = true;
            foreach (ReadOnlySpan<byte> name in new ListElements(header.Value))
            {
                Require(HttpCharacters.IsToken(name), "A subprotocol is not a token (RFC 6455 section 4.1)");
                subprotocols.Add(Encoding.ASCII.GetString(name));
            }
        }
        if (!isAsked)
            return [];
        Require(subprotocols.Count > 0, "Sec-WebSocket-Protocol is empty (RFC 6455 section 4.3)");
        Require(new HashSet<string>(subprotocols, StringComparer.Ordinal).Count == subprotocols.Count, "A subprotocol is offered twice (RFC 6455 section 4.1)");
        return [.. subprotocols];
    }
}
