using System.Globalization;
using System.Net;

namespace RawWs.Client;

/// <summary>The hosts that are reached without a proxy: a list of names, addresses, blocks of addresses and <c>*</c>, each with a port or for all ports, as curl reads <c>NO_PROXY</c>.</summary>
internal static class NoProxyList
{
    private static readonly char[] Separators = [',', ' ', '\t'];

    /// <exception cref="FormatException">An entry has a bad port or is a bad block.</exception>
    public static bool Covers(string list, string host, int port)
    {
        IPAddress? address = IPAddress.TryParse(host, out IPAddress? literal) ? Unwrap(literal) : null;
        bool isCovered = false;
        foreach (string entry in list.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
            isCovered |= Covers(entry, host.TrimEnd('.'), address, port);       // all of them, so that a bad one is found whatever the host
        return isCovered;
    }

    private static bool Covers(string entry, string name, IPAddress? address, int port)
    {
        if (entry == "*")
            return true;
        if (entry.Contains('/', StringComparison.Ordinal))
            return IsInBlock(entry, address);
        (string pattern, int? onlyPort) = SplitPort(entry);
        if (onlyPort is not null && onlyPort != port)
            return false;
        if (address is not null)
            return IPAddress.TryParse(pattern, out IPAddress? other) && address.Equals(Unwrap(other));
        string domain = pattern.Trim('.');
        return name.Equals(domain, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A lone IPv6 address has colons and no port; with a port it stands in brackets.</summary>
    private static (string Pattern, int? Port) SplitPort(string entry)
    {
        int colon = entry.LastIndexOf(':');
        bool hasPort = colon >= 0 && (entry.IndexOf(':', StringComparison.Ordinal) == colon || entry[colon - 1] == ']');
        if (!hasPort)
            return (entry, null);
        if (!ushort.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            throw new FormatException("An entry has a port that is not a number from 0 to 65535");
        return (entry[..colon], port);
    }

    /// <summary>RFC 4632 section 3.1; bits of the address beyond the prefix mean nothing.</summary>
    private static bool IsInBlock(string entry, IPAddress? address)
    {
        int slash = entry.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(entry.AsSpan(0, slash), out IPAddress? network)
            || !byte.TryParse(entry.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out byte prefix)
            || prefix > network.GetAddressBytes().Length * 8)
            throw new FormatException("An entry is no block of addresses like 10.0.0.0/8 or fd00::/8");
        return address?.AddressFamily == network.AddressFamily && HaveEqualStart(address.GetAddressBytes(), network.GetAddressBytes(), prefix);
    }

    private static bool HaveEqualStart(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int bits)
    {
        int whole = bits / 8;
        int rest = bits % 8;
        return left[..whole].SequenceEqual(right[..whole])
            && (rest == 0 || (left[whole] ^ right[whole]) >> (8 - rest) == 0);
    }

    private static IPAddress Unwrap(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
