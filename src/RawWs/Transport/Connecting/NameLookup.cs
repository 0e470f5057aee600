using System.Net;
using System.Net.Sockets;

namespace RawWs.Transport.Connecting;

/// <summary>Finds the addresses of a host.</summary>
internal sealed class NameLookup(Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <summary>RFC 1035 section 2.3.4; a resolver takes a longer one for a caller's mistake.</summary>
    private const int LongestName = 255;

    /// <summary>The delimiter between an address and its interface as a URI has it (RFC 6874 section 2).</summary>
    private const string EscapedZone = "%25";

    public static NameLookup System { get; } = new(Dns.GetHostAddressesAsync);

    /// <param name="host">A name, or an address as it stands in a URI, with or without its brackets.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="IOException">There is no such host, or no answer.</exception>
    public async Task<IPAddress[]> FindAsync(string host, CancellationToken ct)
    {
        if (IPAddress.TryParse(WithPlainZone(host), out IPAddress? literal))
            return [literal];
        if (host.Length > LongestName)
            throw new IOException(ConnectErrorText.OfName(SocketError.HostNotFound, host));
        try
        {
            IPAddress[] found = await FindNameAsync(host, ct).ConfigureAwait(false);
            return found.Length > 0 ? found : throw new IOException(ConnectErrorText.OfName(SocketError.NoData, host));
        }
        catch (SocketException e)
        {
            throw new IOException(ConnectErrorText.OfName(e.SocketErrorCode, host), e);
        }
    }

    /// <summary>A resolver may be stuck in a system call that no token ends: it is left behind, and its late failure concerns nobody.</summary>
    private Task<IPAddress[]> FindNameAsync(string host, CancellationToken ct)
    {
        Task<IPAddress[]> found = resolve(host, ct);
        _ = found.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return found.WaitAsync(ct);
    }

    private static string WithPlainZone(string host) =>
        host.Contains(':') && !host.EndsWith(EscapedZone, StringComparison.Ordinal) ? host.Replace(EscapedZone, "%", StringComparison.Ordinal) : host;
}
