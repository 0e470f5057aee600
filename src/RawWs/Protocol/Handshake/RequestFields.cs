using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Judges what a caller wants in a client's request; no sentence repeats a value, which may be secret.</summary>
internal static class RequestFields
{
    private const string ReservedPrefix = "Sec-WebSocket-";

    // each switches the protocol, frames the request, is meant for a proxy, or has an option of its own
    private static readonly string[] Reserved =
    [
        "Host", "Upgrade", "Connection", "Origin", "Content-Length", "Transfer-Encoding", "TE", "Trailer", "Expect", "Keep-Alive",
        "Proxy-Connection", "Proxy-Authorization",
    ];

    /// <exception cref="ArgumentException">Something cannot be sent.</exception>
    public static void Check(in UpgradeFields fields)
    {
        if (!fields.Target.StartsWith('/') || !HttpCharacters.IsTarget(Encoding.UTF8.GetBytes(fields.Target)) || fields.Target.Contains('#', StringComparison.Ordinal))
            throw new ArgumentException("The target is not a path and a query (RFC 9112 section 3.2.1).", nameof(fields));
        if (!IsAuthority(fields.Host))
            throw new ArgumentException("Host is malformed (RFC 9112 section 3.2).", nameof(fields));
        if (!AcceptKey.IsKey(fields.Key.Span))
            throw new ArgumentException("The key is not 16 bytes in base64 (RFC 6455 section 4.1).", nameof(fields));
        CheckSubprotocols(fields.Subprotocols);
        CheckOrigin(fields.Origin);
        if (fields.Authorization is not null)
            HeaderFields.CheckValue("Authorization", fields.Authorization);
        if (fields.Cookie is not null)
            HeaderFields.CheckValue("Cookie", fields.Cookie);
        CheckHeaders(fields.Headers, hasAuthorization: fields.Authorization is not null, hasCookie: fields.Cookie is not null);
    }

    public static bool IsAuthority(string text) => Authority.TryParse(Encoding.UTF8.GetBytes(text), out _, out _);

    private static void CheckSubprotocols(IReadOnlyList<string> subprotocols)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < subprotocols.Count; i++)
        {
            if (!HttpCharacters.IsToken(subprotocols[i]))
                throw new ArgumentException($"Subprotocol {i} is not a token (RFC 6455 section 4.1).", nameof(subprotocols));
            if (!names.Add(subprotocols[i]))
                throw new ArgumentException($"Subprotocol {i} is given twice (RFC 6455 section 4.1).", nameof(subprotocols));
        }
    }

    /// <summary>One origin in its serialized form (RFC 6454 section 6.2).</summary>
    private static void CheckOrigin(string? origin)
    {
        if (origin is null or "null")
            return;
        const string separator = "://";
        int schemeLength = origin.IndexOf(separator, StringComparison.Ordinal);
        if (schemeLength < 0 || !Uri.CheckSchemeName(origin[..schemeLength]) || !IsAuthority(origin[(schemeLength + separator.Length)..]))
            throw new ArgumentException("The origin is neither scheme://host nor scheme://host:port nor null (RFC 6454 section 6.2).", nameof(origin));
    }

    private static void CheckHeaders(IReadOnlyList<KeyValuePair<string, string>> headers, bool hasAuthorization, bool hasCookie)
    {
        for (int i = 0; i < headers.Count; i++)
        {
            (string name, string value) = headers[i];
            HeaderFields.CheckName(name, i);
            if (name.StartsWith(ReservedPrefix, StringComparison.OrdinalIgnoreCase) || Reserved.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new ArgumentException(
                    $"The header field {name} cannot be added. The client writes these itself, or must not send them: {ReservedPrefix}*, {string.Join(", ", Reserved)}.", nameof(headers));
            if (hasAuthorization && name.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
                throw new ArgumentException("Authorization is given twice: by credentials and as a header field (RFC 9110 section 11.6.2).", nameof(headers));
            if (hasCookie && name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
                throw new ArgumentException("Cookie is given twice: by a container and as a header field (RFC 6265 section 5.4).", nameof(headers));
            HeaderFields.CheckValue(name, value);
        }
    }
}
