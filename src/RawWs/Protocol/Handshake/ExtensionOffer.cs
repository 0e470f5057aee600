using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>One extension that the client offers, with its parameters in order (RFC 6455 section 9.1); a parameter without a value has <see langword="null"/>.</summary>
internal sealed record ExtensionOffer(string Name, IReadOnlyList<KeyValuePair<string, string?>> Parameters)
{
    private static ReadOnlySpan<byte> HeaderName => "Sec-WebSocket-Extensions"u8;

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

    /// <summary>All offers; the lines of the header are one list.</summary>
    public static IReadOnlyList<ExtensionOffer> ReadAll(RequestHead head)
    {
        List<ExtensionOffer> offers = [];
        foreach (HeaderLine header in head.Headers.Lines)
        {
            if (!header.Is(HeaderName))
                continue;
            ExtensionCursor cursor = new(header.Value);
            while (cursor.TryReadName(out ReadOnlySpan<byte> name))
                offers.Add(new(Text(name), ReadParameters(ref cursor)));
        }
        return offers;
    }

    private static List<KeyValuePair<string, string?>> ReadParameters(ref ExtensionCursor cursor)
    {
        List<KeyValuePair<string, string?>> parameters = [];
        while (cursor.TryReadParameter(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            parameters.Add(new(Text(name), ExtensionCursor.Unquote(value)));
        return parameters;
    }

    private static string Text(ReadOnlySpan<byte> token) => Encoding.ASCII.GetString(token);
}
