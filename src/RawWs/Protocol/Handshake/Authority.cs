using System.Globalization;
using System.Net;
using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Splits <c>host[:port]</c>, as in <c>Host</c>, <c>Origin</c> and an absolute target (RFC 3986 section 3.2).</summary>
internal static class Authority
{
    /// <summary>An IPv6 address keeps its brackets; an empty port is none; user information is illegal (RFC 9110 section 4.2.4).</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name, out int? port)
    {
        port = null;
        int end = text.StartsWith("["u8) ? text.IndexOf((byte)']') + 1 : text.IndexOf((byte)':');
        name = end < 0 ? text : text[..end];
        ReadOnlySpan<byte> rest = text[name.Length..];
        return IsName(name) && (rest.IsEmpty || (rest[0] == ':' && TryParsePort(rest[1..], out port)));
    }

    /// <summary>Host and port, an IPv6 address in brackets.</summary>
    public static string Of(string host, int port) => string.Create(CultureInfo.InvariantCulture, $"{Bracketed(host)}:{port}");

    /// <summary>As it stands before a port: an IPv6 address in brackets, without the zone, which means nothing to the other side (RFC 6874 section 4).</summary>
    public static string Bracketed(string host)
    {
        if (!host.Contains(':', StringComparison.Ordinal) || host.StartsWith('['))
            return host;
        int zone = host.IndexOf('%', StringComparison.Ordinal);
        return $"[{(zone < 0 ? host : host[..zone])}]";
    }

    private static bool IsName(ReadOnlySpan<byte> name) =>
        name.StartsWith("["u8) ? IsIPv6(name[1..^1]) : !name.IsEmpty && !name.ContainsAnyExcept(HttpCharacters.HostName) && EscapesAreWhole(name);

    private static bool IsIPv6(ReadOnlySpan<byte> address)
    {
        const int longest = 45;   // eight groups, the last two as an IPv4 address
        if (address.Length > longest || address.ContainsAnyExcept(HttpCharacters.IPv6) || !address.Contains((byte)':'))
            return false;
        Span<char> characters = stackalloc char[longest];
        int length = Encoding.ASCII.GetChars(address, characters);
        return IPAddress.TryParse(characters[..length], out _);
    }

    private static bool EscapesAreWhole(ReadOnlySpan<byte> name)
    {
        for (int i = name.IndexOf((byte)'%'); i >= 0 && i < name.Length; i++)
            if (name[i] == '%' && !HttpCharacters.TryReadEscape(name[i..], out _))
                return false;
        return true;
    }

    private static bool TryParsePort(ReadOnlySpan<byte> digits, out int? port)
    {
        port = null;
        int value = 0;
        foreach (byte digit in digits)
        {
            value = value * 10 + digit - '0';
            if (!char.IsAsciiDigit((char)digit) || value > IPEndPoint.MaxPort)
                return false;
        }
        if (!digits.IsEmpty)
            port = value;
        return true;
    }
}
