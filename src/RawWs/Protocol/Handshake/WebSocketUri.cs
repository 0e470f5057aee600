namespace RawWs.Protocol.Handshake;

/// <summary>A <c>ws</c> or <c>wss</c> URI taken apart (RFC 6455 section 3): where to connect, and what the request says.</summary>
internal sealed class WebSocketUri
{
    private WebSocketUri() => throw new NotImplementedException();

    /// <summary>The URI without user information; for proxies and cookies.</summary>
    public Uri Uri { get; } = null!;

    public bool IsSecure { get; }

    /// <summary>What to look up or to connect to: a name in its ASCII form, or an address without brackets.</summary>
    public string Host { get; } = "";

    public int Port { get; }

    /// <summary>The value of <c>Host</c>: IPv6 in brackets, the port unless it is the default.</summary>
    public string Authority { get; } = "";

    /// <summary>The resource name: path and query.</summary>
    public string Target { get; } = "";

    /// <summary>The value of <c>Authorization</c> that the user information means.</summary>
    public string? Authorization { get; }

    /// <exception cref="ArgumentException">It is no WebSocket URI; the sentence says why.</exception>
    public static WebSocketUri Parse(Uri uri) => throw new NotImplementedException();

    /// <summary>Scheme, host and port (RFC 6454 section 5).</summary>
    public bool IsSameOriginAs(WebSocketUri other) => throw new NotImplementedException();

    /// <summary>Scheme, host, port and path: what may stand in a log.</summary>
    public override string ToString() => throw new NotImplementedException();
}
