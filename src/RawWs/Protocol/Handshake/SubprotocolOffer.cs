using System.Text;
using static RawWs.Protocol.Handshake.Refusal;

namespace RawWs.Protocol.Handshake;

/// <summary>The subprotocols that a client offers; the lines of the header are one list (RFC 6455 section 11.3.4).</summary>
internal static class SubprotocolOffer
{
    private static ReadOnlySpan<byte> HeaderName => "Sec-WebSocket-Protocol"u8;

    /// <summary>In the client's order of preference, as they stand there.</summary>
    public static string[] Read(HeaderBlock headers)
    {
        List<string>? subprotocols = null;
        foreach (HeaderLine header in headers.Lines)
            if (header.Is(HeaderName))
                foreach (ReadOnlySpan<byte> name in new ListElements(header.Value))
                    (subprotocols ??= []).Add(Encoding.ASCII.GetString(name));
        return subprotocols is null ? [] : [.. subprotocols];
    }

    /// <summary>As <see cref="Read"/>, of a request that is judged.</summary>
    /// <exception cref="WebSocketHandshakeException">A rule is broken.</exception>
    public static string[] ReadChecked(HeaderBlock headers)
    {
        string[] subprotocols = Read(headers);
        if (subprotocols.Length == 0)
        {
            Require(headers.Count(HeaderName, out _) == 0, "Sec-WebSocket-Protocol is empty (RFC 6455 section 4.3)");
            return subprotocols;
        }
        Require(Array.TrueForAll(subprotocols, static name => HttpCharacters.IsToken(name)), "A subprotocol is not a token (RFC 6455 section 4.1)");
        Require(new HashSet<string>(subprotocols, StringComparer.Ordinal).Count == subprotocols.Length, "A subprotocol is offered twice (RFC 6455 section 4.1)");
        return subprotocols;
    }

    /// <summary>Takes a bearer token out of the list, which a page's script offers as a subprotocol because it can set no other header field; after this the head reads as if it had never been there.</summary>
    /// <param name="headers">Of a request whose subprotocols are legal.</param>
    /// <param name="prefix">What marks the token, in any case.</param>
    /// <exception cref="WebSocketHandshakeException">There are several, or it is empty.</exception>
    public static string? TakeBearerToken(HeaderBlock headers, string prefix)
    {
        string? token = null;
        foreach (HeaderLine header in headers.Lines)
        {
            if (!header.Is(HeaderName))
                continue;
            foreach (ReadOnlySpan<byte> name in new ListElements(header.Value))
            {
                if (name.Length < prefix.Length || !Ascii.EqualsIgnoreCase(name[..prefix.Length], prefix))
                    continue;
                BearerToken.RequireOne(token is null);
                Require(name.Length > prefix.Length, "The bearer token among the subprotocols is empty (RFC 6750 section 2.1)");
                token = Encoding.ASCII.GetString(name[prefix.Length..]);
                headers.Erase(name);
            }
        }
        return token;
    }

    /// <summary>The first that the server supports among those that the client offers.</summary>
    public static string? Choose(IReadOnlyList<string> offered, IReadOnlyList<string> supported)
    {
        for (int i = 0; i < supported.Count; i++)
            if (offered.Contains(supported[i], StringComparer.Ordinal))
                return supported[i];
        return null;
    }
}
