using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RawWs.Transport;

/// <summary>Where a listener binds, as it stands in the settings.</summary>
internal sealed record ListenAddress
{
    private const string WebSocketScheme = "ws://";
    private const string SecureScheme = "wss://";
    private const string UnixScheme = "unix:";
    private const string Allowed = "Allowed are ws://127.0.0.1:8080, ws://[::1]:8080, ws://localhost:8080, ws://0.0.0.0:8080, ws://*:8080 (every address), the same with wss:// (TLS), and unix:/path; port 0 takes any free one.";

    private ListenAddress(EndPoint endPoint, bool isSecure = false, bool isDualStack = false)
    {
        EndPoint = endPoint;
        IsSecure = isSecure;
        IsDualStack = isDualStack;
    }

    /// <summary>What to bind: an <see cref="IPEndPoint"/> or a <see cref="UnixDomainSocketEndPoint"/>.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>Whether connections begin with TLS.</summary>
    public bool IsSecure { get; }

    /// <summary>Whether an IPv6 socket takes IPv4 as well.</summary>
    public bool IsDualStack { get; }

    /// <summary>Whether it is a loopback address: one that a page in a browser of this machine can reach. A unix socket is not.</summary>
    public bool IsLoopback => EndPoint is IPEndPoint { Address: IPAddress address } && IPAddress.IsLoopback(address);

    /// <exception cref="FormatException">The text is no address; the message says what is allowed.</exception>
    public static ListenAddress Parse(string text)
    {
        if (text.StartsWith(UnixScheme, StringComparison.OrdinalIgnoreCase))
            return ParseUnix(text, text[UnixScheme.Length..]);
        bool isSecure = text.StartsWith(SecureScheme, StringComparison.OrdinalIgnoreCase);
        if (!isSecure && !text.StartsWith(WebSocketScheme, StringComparison.OrdinalIgnoreCase))
            throw Refuse(text, "is not an address to listen on");

        string authority = text[(isSecure ? SecureScheme : WebSocketScheme).Length..];
        int colon = authority.LastIndexOf(':');
        if (colon < 0 || authority.EndsWith(']'))
            throw Refuse(text, "has no port");
        if (!ushort.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            throw Refuse(text, "has a port that is not a number from 0 to 65535, or something behind it");
        return ParseHost(text, authority[..colon], port, isSecure);
    }

    /// <summary>The address as a client writes it, with the port that was bound.</summary>
    public Uri ToUri(int port) => EndPoint switch
    {
        IPEndPoint ip => new Uri(string.Create(CultureInfo.InvariantCulture, $"{(IsSecure ? SecureScheme : WebSocketScheme)}{new IPEndPoint(ip.Address, port)}")),
        _ => new Uri(UnixScheme + EndPoint),
    };

    private static ListenAddress ParseHost(string text, string host, ushort port, bool isSecure)
    {
        if (host == "*")
            return Socket.OSSupportsIPv6 ? new(new IPEndPoint(IPAddress.IPv6Any, port), isSecure, isDualStack: true) : new(new IPEndPoint(IPAddress.Any, port), isSecure);
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return new(new IPEndPoint(IPAddress.Loopback, port), isSecure);

        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (!IPAddress.TryParse(isBracketed ? host[1..^1] : host, out IPAddress? address)
            || isBracketed != (address.AddressFamily == AddressFamily.InterNetworkV6))
            throw Refuse(text, "has a host that is neither an IP address, localhost nor *; an IPv6 address stands in brackets");
        if (!isBracketed && address.ToString() != host)
            throw Refuse(text, $"has an ambiguous IPv4 address; is {address} meant?");
        return new(new IPEndPoint(address, port), isSecure);
    }

    private static ListenAddress ParseUnix(string text, string path)
    {
        if (!path.StartsWith('/') || path.Contains('\0'))
            throw Refuse(text, "has no absolute path");
        try
        {
            return new(new UnixDomainSocketEndPoint(path));
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Refuse(text, "has a path that is too long for a unix socket");
        }
    }

    private static FormatException Refuse(string text, string why) => new($"'{text}' {why}. {Allowed}");
}
