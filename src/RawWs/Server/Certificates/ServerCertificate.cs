using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RawWs.Server.Certificates;

/// <summary>A certificate that handshakes can use, with its chain built.</summary>
/// <remarks>Handshakes may still use it after a reload has replaced it, so nobody disposes it: the collector does when the last one is over.</remarks>
internal sealed class ServerCertificate
{
    /// <summary>A warning comes when this part of its lifetime is left, or <see cref="LongestWarning"/>: automatic renewal has failed by then.</summary>
    private const int WarnedPart = 10;

    private static readonly TimeSpan LongestWarning = TimeSpan.FromDays(14);

    /// <param name="chain">The certificate with its private key, then its intermediates.</param>
    /// <param name="hosts">The names that it is shown for; none: its own.</param>
    /// <exception cref="CryptographicException">The certificate cannot be decoded, or used.</exception>
    public ServerCertificate(X509Certificate2Collection chain, IReadOnlyList<string> hosts)
    {
        Leaf = chain[0];
        Context = SslStreamCertificateContext.Create(Leaf, chain, offline: true);
        Hosts = hosts.Count > 0 ? hosts : [.. DnsNames(Leaf)];
    }

    /// <summary>The certificate itself, with its private key.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>What a handshake needs, made once: without it each would build the chain anew; offline, so that nothing is fetched for it.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>The names that clients may ask for to be shown it.</summary>
    public IReadOnlyList<string> Hosts { get; }

    /// <summary>What an operator should know of its validity, if anything.</summary>
    public string? FindExpiry(DateTimeOffset now)
    {
        DateTimeOffset from = Leaf.NotBefore, to = Leaf.NotAfter;
        if (to <= now)
            return "has expired";
        if (from > now)
            return "is not valid yet";
        TimeSpan warning = (to - from) / WarnedPart;
        return to - now < (warning < LongestWarning ? warning : LongestWarning) ? "expires soon" : null;
    }

    /// <summary>The host names in a certificate. The common name is not among them (RFC 9525 section 6.3), nor are addresses, for which no client asks by SNI.</summary>
    private static IEnumerable<string> DnsNames(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static names => names.EnumerateDnsNames());
}
