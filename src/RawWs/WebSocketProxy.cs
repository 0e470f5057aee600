using RawWs.Client;

namespace RawWs;

/// <summary>The way a client takes to a server: straight, or through a proxy.</summary>
public sealed class WebSocketProxy
{
    private WebSocketProxy(ProxyAddress? address) => Address = address;

    /// <summary>No proxy, whatever the environment says.</summary>
    public static WebSocketProxy None { get; } = new(null);

    /// <summary>What the environment says: <c>HTTPS_PROXY</c> for <c>wss://</c>, <c>HTTP_PROXY</c> for <c>ws://</c>, else <c>ALL_PROXY</c>, in either case, but for the hosts in <c>NO_PROXY</c> and for this machine itself. Read at each connect.</summary>
    public static WebSocketProxy FromEnvironment { get; } = new(null);

    internal ProxyAddress? Address { get; }

    /// <summary>A proxy by its address: <c>http://user:password@proxy:3128</c> (CONNECT, RFC 9110 section 9.3.6) or <c>socks5://proxy:1080</c> (RFC 1928), which looks the name up itself.</summary>
    /// <param name="address">The address; its user and password are the proxy's.</param>
    /// <exception cref="ArgumentException">Its scheme is neither http nor socks5.</exception>
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
