using System.Globalization;
using RawWs.Protocol.Handshake;
using RawWs.Protocol.Proxy;

namespace RawWs.Client;

/// <summary>Where a proxy is, how it is asked, and who asks.</summary>
/// <param name="Kind">How it is asked.</param>
/// <param name="Host">Its name or address, an IPv6 address without brackets.</param>
/// <param name="Port">Its port.</param>
/// <param name="User">The name to show it, if any.</param>
/// <param name="Password">The password to show it; empty when there is only a name.</param>
internal sealed record ProxyAddress(ProxyKind Kind, string Host, int Port, string? User, string? Password)
{
    private const int HttpPort = 80;
    private const int Socks5Port = 1080;        // RFC 1928 section 3

    /// <exception cref="FormatException">It is no proxy's address; the message is a sentence without anything of the address, which may hold a password.</exception>
    public static ProxyAddress Parse(Uri uri)
    {
        if (!uri.IsAbsoluteUri)
            throw new FormatException("The address of a proxy is absolute, like http://proxy:3128 or socks5://proxy:1080");
        ProxyKind kind = KindOf(uri.Scheme);
        if (uri.IdnHost.Length == 0)
            throw new FormatException("The address of a proxy has a host, like http://proxy:3128");
        if (uri.AbsolutePath is not ("" or "/") || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw new FormatException("The address of a proxy has nothing behind its port");

        (string? user, string? password) = CredentialsOf(uri.UserInfo);
        if (FaultOf(kind, user, password) is string fault)
            throw new FormatException(fault);
        int defaultPort = kind == ProxyKind.Http ? HttpPort : Socks5Port;
        return new ProxyAddress(kind, uri.IdnHost, uri.Port < 0 ? defaultPort : uri.Port, user, password);
    }

    /// <summary>Names the address without its credentials.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Kind == ProxyKind.Http ? "http" : "socks5")}://{Authority.Of(Host, Port)}");

    private static ProxyKind KindOf(string scheme) => scheme switch
    {
        "http" => ProxyKind.Http,
        "socks5" or "socks5h" => ProxyKind.Socks5,
        "https" => throw new FormatException("TLS to a proxy (https) is not supported; a proxy's scheme is http or socks5"),
        _ => throw new FormatException("A proxy's scheme is http or socks5"),
    };

    /// <summary>RFC 3986 section 3.2.1, percent-decoded.</summary>
    private static (string? User, string? Password) CredentialsOf(string userInfo)
    {
        if (userInfo.Length == 0)
            return (null, null);
        int colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? (Uri.UnescapeDataString(userInfo), "")
            : (Uri.UnescapeDataString(userInfo[..colon]), Uri.UnescapeDataString(userInfo[(colon + 1)..]));
    }

    private static string? FaultOf(ProxyKind kind, string? user, string? password)
    {
        if ($"{user}{password}".Any(char.IsControl))
            return "The user and the password of a proxy have no control characters";
        if (kind == ProxyKind.Socks5)
            return Socks5Request.FaultOf(user, password);
        return user?.Contains(':', StringComparison.Ordinal) == true ? "The user of an HTTP proxy has no colon (RFC 7617 section 2)" : null;
    }
}
