namespace RawWs.Client;

/// <summary>How a proxy is asked for a way.</summary>
internal enum ProxyKind
{
    /// <summary>By CONNECT (RFC 9110 section 9.3.6).</summary>
    Http,

    /// <summary>By SOCKS version 5 (RFC 1928).</summary>
    Socks5,
}
