namespace RawWs.Protocol.Handshake;

/// <summary>The extensions that a client offers (RFC 6455 section 9.1), whatever they are.</summary>
internal static class ExtensionOffer
{
    public static ReadOnlySpan<byte> HeaderName => "Sec-WebSocket-Extensions"u8;

    /// <summary>Refuses a header that breaks the syntax, without keeping anything of it: a list of many offers costs no memory.</summary>
    /// <exception cref="WebSocketHandshakeException">The syntax is broken.</exception>
    public static void CheckAll(RequestHead head)
    {
        bool isAsked = false;
        bool hasOffer = false;
        foreach (HeaderLine header in head.Headers.Lines)
        {
            if (!header.Is(HeaderName))
                continue;
            isAsked = true;
            ExtensionCursor cursor = new(header.Value);
            while (cursor.TryReadName(out _))
            {
                hasOffer = true;
                while (cursor.TryReadParameter(out _, out _))
                {
                }
            }
        }
        Refusal.Require(!isAsked || hasOffer, "Sec-WebSocket-Extensions is empty (RFC 6455 section 9.1)");
    }
}
