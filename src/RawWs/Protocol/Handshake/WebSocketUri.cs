using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>A <c>ws</c> or <c>wss</c> URI taken apart (RFC 6455 section 3): where to connect, and what the request says.</summary>
internal sealed class WebSocketUri
{
    public const string Plain = "ws";
    public const string Secure = "wss";

    private WebSocketUri(Uri uri, string? authorization)
    {
        Uri = uri;
        Authorization = authorization;
    }

    /// <summary>The URI without user information; for proxies and cookies.</summary>
    public Uri Uri { get; }

    public bool IsSecure => Uri.Scheme == Secure;

    /// <summary>What to look up or to connect to: a name in its ASCII form, or an address without brackets.</summary>
    public string Host => Uri.IdnHost;

    public int Port => Uri.Port;

    /// <summary>The value of <c>Host</c>: IPv6 in brackets, the port unless it is the default.</summary>
    public string Authority => Uri.IsDefaultPort ? Handshake.Authority.Bracketed(Host) : Handshake.Authority.Of(Host, Port);

    /// <summary>The resource name: path and query.</summary>
    public string Target => Uri.PathAndQuery;

    /// <summary>The value of <c>Authorization</c> that the user information means.</summary>
    public string? Authorization { get; }

    /// <exception cref="ArgumentException">It is no WebSocket URI; the sentence says why.</exception>
    public static WebSocketUri Parse(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (FindFault(uri) is { } fault)
            throw new ArgumentException(fault, nameof(uri));
        string? authorization = ReadAuthorization(uri);
        return new(authorization is null ? uri : WithoutUserInfo(uri), authorization);
    }

    /// <summary>The rule that makes this no WebSocket URI, if it breaks one. No sentence repeats it: it may have a password or a token in it.</summary>
    public static string? FindFault(Uri uri)
    {
        if (!uri.IsAbsoluteUri)
            return "The URI is not absolute: it must begin with ws:// or wss:// (RFC 6455 section 3).";
        if (uri.Scheme is not (Plain or Secure))
            return $"The URI's scheme is {uri.Scheme}; it must be ws or wss (RFC 6455 section 3).";
        if (uri.OriginalString.Any(char.IsControl))   // which Uri trims or escapes without a word
            return "The URI has a control character (RFC 3986 section 2).";
        if (uri.OriginalString.Contains('#', StringComparison.Ordinal))
            return "The URI has a fragment, which a WebSocket URI may not have (RFC 6455 section 3).";
        if (!Handshake.Authority.TryParse(Encoding.UTF8.GetBytes(Handshake.Authority.Bracketed(uri.IdnHost)), out _, out _))
            return "The URI's host is malformed (RFC 3986 section 3.2.2).";
        if (!uri.PathAndQuery.StartsWith('/') || !HttpCharacters.IsTarget(Encoding.UTF8.GetBytes(uri.PathAndQuery)))
            return "The URI's path or query has a character that must be escaped (RFC 3986 section 2.1).";
        return null;
    }

    /// <summary>The same with another value of <c>Authorization</c>.</summary>
    public WebSocketUri With(string? authorization) => new(Uri, authorization);

    /// <summary>Scheme, host and port (RFC 6454 section 5).</summary>
    public bool IsSameOriginAs(WebSocketUri other) =>
        Uri.Scheme == other.Uri.Scheme && string.Equals(Host, other.Host, StringComparison.OrdinalIgnoreCase) && Port == other.Port;

    /// <summary>Scheme, host, port and path: what may stand in a log.</summary>
    public override string ToString() => $"{Uri.Scheme}://{Authority}{Uri.AbsolutePath}";

    private static Uri WithoutUserInfo(Uri uri)
    {
        string host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        return new($"{uri.Scheme}://{host}:{uri.Port}{uri.PathAndQuery}");
    }

    private static string? ReadAuthorization(Uri uri)
    {
        if (uri.UserInfo.Length == 0)
            return null;
        string[] parts = uri.UserInfo.Split(':', 2);
        return BasicAuthorization.Of(Uri.UnescapeDataString(parts[0]), parts.Length == 1 ? "" : Uri.UnescapeDataString(parts[1]));
    }
}
