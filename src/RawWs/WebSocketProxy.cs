using RawWs.Client;

namespace RawWs;

/// <summary>The way a client takes to a server: straight, or through a proxy.</summary>
public sealed class WebSocketProxy
{
    private WebSocketProxy(ProxyAddress? address) => Address = address;

    /// <summary>No proxy, whatever the environment says.</summary>
    public static WebSocketProxy None { get; } = new(null);

    /// <summary>
    /// What the environment says, as curl reads it: <c>https_proxy</c> for <c>wss://</c>, <c>http_proxy</c> for <c>ws://</c>, else <c>all_proxy</c>, but for the hosts in <c>no_proxy</c>
    /// (names with their subdomains, addresses, blocks of addresses, <c>*</c>, each with an optional port) and for this machine itself. The names count in upper case too, after the lower;
    /// <c>HTTP_PROXY</c> not in a CGI program, where a visitor could set it. Read at each connect, which fails with an <see cref="InvalidOperationException"/> that names a malformed variable.
    /// </summary>
    public static WebSocketProxy FromEnvironment { get; } = new(null);

    internal ProxyAddress? Address { get; }

    /// <summary>A proxy by its address: <c>http://user:password@proxy:3128</c> (CONNECT, RFC 9110 section 9.3.6) or <c>socks5://proxy:1080</c> (RFC 1928; <c>socks5h</c> is the same). The proxy looks the server's name up itself.</summary>
    /// <param name="address">The address; its user and password, percent-encoded where needed, are the proxy's. The port is 80 or 1080 unless given.</param>
    /// <exception cref="ArgumentException">Its scheme is neither http nor socks5, it has a path, or credentials that cannot be sent; it is never quoted.</exception>
    public static WebSocketProxy At(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        try
        {
            return new WebSocketProxy(ProxyAddress.Parse(address));
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message + ".", nameof(address));
        }
    }

    /// <summary>Names the address without its credentials.</summary>
    public override string ToString() => Address?.ToString() ?? (this == None ? "none" : "by the environment");
}
