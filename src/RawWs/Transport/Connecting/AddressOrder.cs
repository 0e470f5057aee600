using System.Net;
using System.Net.Sockets;

namespace RawWs.Transport.Connecting;

/// <summary>The order in which a host's addresses are tried (RFC 8305 section 4).</summary>
internal static class AddressOrder
{
    /// <summary>A name may have any number of addresses, and each attempt is a socket.</summary>
    public const int MaxAddresses = 16;

    /// <summary>IPv6 first, then the families by turns, each in the resolver's own order; an address that only wraps an IPv4 one is that one, so that a machine without IPv6 reaches it.</summary>
    public static IReadOnlyList<IPAddress> Of(IEnumerable<IPAddress> found)
    {
        IPAddress[] addresses = [.. found.Select(static address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).Distinct()];
        IPAddress[] newer = [.. addresses.Where(IsIPv6)];
        IPAddress[] older = [.. addresses.Where(static address => !IsIPv6(address))];

        List<IPAddress> order = [];
        for (int i = 0; i < Math.Max(newer.Length, older.Length); i++)
        {
            order.AddRange(newer.Skip(i).Take(1));
            order.AddRange(older.Skip(i).Take(1));
        }
        return [.. order.Take(MaxAddresses)];
    }

    private static bool IsIPv6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;
}
