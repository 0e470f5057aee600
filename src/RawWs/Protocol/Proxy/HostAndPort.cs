using System.Globalization;

namespace RawWs.Protocol.Proxy;

/// <summary>Writes <c>host:port</c> as a URI has it (RFC 3986 section 3.2).</summary>
internal static class HostAndPort
{
    /// <param name="host">A name or an address; an IPv6 address gets its brackets, and loses the interface that only this machine knows (RFC 6874 section 3).</param>
    /// <param name="port">Always written.</param>
    public static string Format(string host, int port)
    {
        if (host.Contains(':', StringComparison.Ordinal))
            host = $"[{host.Trim('[', ']').Split('%')[0]}]";
        return string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
    }
}
