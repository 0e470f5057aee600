using System.Globalization;
using System.Net.Sockets;

namespace RawWs.Transport;

/// <summary>Keeps accepted sockets from taking the process's last file descriptors: without any, the runtime cannot start a thread, and ends the process.</summary>
/// <param name="ceiling">The first descriptor that is not for connections.</param>
/// <param name="lowestFree">The descriptor that would be opened next: the kernel always gives the lowest free one, so this one number tells how many are in use.</param>
internal sealed class DescriptorHeadroom(long ceiling, Func<long> lowestFree)
{
    /// <summary>What stays for threads (two each), files and outgoing connections; a quarter where the limit is low.</summary>
    private const int Reserve = 64;

    private const string LimitsFile = "/proc/self/limits";
    private const string LimitsRow = "Max open files";

    /// <summary>Whether a further connection would leave the reserve alone.</summary>
    public bool IsLeft => lowestFree() < ceiling;

    /// <summary>By the limit of this process, where there is one that can be read.</summary>
    public static DescriptorHeadroom OfThisProcess() =>
        OperatingSystem.IsLinux() && File.Exists(LimitsFile)
            ? new DescriptorHeadroom(CeilingFrom(File.ReadLines(LimitsFile)), LowestFree)
            : new DescriptorHeadroom(long.MaxValue, static () => 0);

    public static long CeilingFrom(IEnumerable<string> limits)
    {
        string? row = limits.FirstOrDefault(static line => line.StartsWith(LimitsRow, StringComparison.Ordinal));
        string? soft = row?[LimitsRow.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit)
            ? limit - Math.Min(Reserve, limit / 4)
            : long.MaxValue;
    }

    /// <summary>Whether this socket is the last that may be accepted for now.</summary>
    public bool IsUsedUpBy(Socket accepted) => accepted.SafeHandle.DangerousGetHandle() >= ceiling;

    private static long LowestFree()
    {
        try
        {
            using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            return probe.SafeHandle.DangerousGetHandle();
        }
        catch (SocketException)
        {
            return long.MaxValue;
        }
    }
}
