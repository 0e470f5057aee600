using RawWs.Transport.Tls;

namespace RawWs.Server.Certificates;

/// <summary>Finds all that is wrong with a server's TLS at once, and loads its certificates.</summary>
internal static class TlsOptionsCheck
{
    private const string SecureScheme = "wss://";

    /// <summary>The certificates; null when there are problems, or no address that needs them.</summary>
    public static ServerCertificates? Load(WebSocketServerOptions options, OptionProblems problems)
    {
        bool isUsed = options.Listen.Any(static address => address.StartsWith(SecureScheme, StringComparison.OrdinalIgnoreCase));
        if (TlsFeature.IsSupported)
        {
            Check(problems, options.Tls, isUsed);
            return isUsed && problems.IsEmpty ? ServerCertificates.Load(options.Tls.Certificates, problems) : null;
        }
        if (isUsed)
            problems.Add(TlsFeature.Missing().Message);
        return null;
    }

    private static void Check(OptionProblems problems, TlsServerOptions tls, bool isUsed)
    {
        problems.AtLeast($"Tls.{nameof(tls.MaxHandshakes)}", tls.MaxHandshakes, 0);
        problems.Deadline($"Tls.{nameof(tls.Timeout)}", tls.Timeout, mayBeZero: true);
        CheckClients(problems, tls);
        HashSet<string> hosts = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < tls.Certificates.Count; i++)
            CheckCertificate(problems, $"Tls.{nameof(tls.Certificates)}[{i}]", tls.Certificates[i], hosts);
        if (isUsed && tls.Certificates.Count == 0)
            problems.Add($"Tls.{nameof(tls.Certificates)} is empty: a wss:// address needs at least one.");
    }

    private static void CheckClients(OptionProblems problems, TlsServerOptions tls)
    {
        if (tls.ClientCertificates == ClientCertificates.None && (tls.TrustedClientRoots.Count > 0 || tls.ValidateClientCertificate is not null))
            problems.Add($"Tls.{nameof(tls.ClientCertificates)} is None, so clients are asked for no certificate: set it to Allowed or Required, or leave out what is said of which to accept.");
    }

    private static void CheckCertificate(OptionProblems problems, string owner, TlsCertificate certificate, HashSet<string> earlierHosts)
    {
        bool hasFile = !string.IsNullOrEmpty(certificate.CertificateFile);
        if (hasFile && certificate.Certificate is not null)
            problems.Add($"{owner}: {nameof(certificate.CertificateFile)} and {nameof(certificate.Certificate)} are both set; leave one of them out.");
        if (!hasFile && certificate.Certificate is null)
            problems.Add($"{owner}: set {nameof(certificate.CertificateFile)} or {nameof(certificate.Certificate)}.");
        if (!hasFile && !string.IsNullOrEmpty(certificate.KeyFile))
            problems.Add($"{owner}: {nameof(certificate.KeyFile)} is set without {nameof(certificate.CertificateFile)}.");
        foreach (string host in certificate.Hosts)
        {
            if (!HostName.IsChoosable(host))
                problems.Add($"{owner}: '{host}' is no name that a client can ask for, such as example.com or *.example.com.");
            else if (!earlierHosts.Add(HostName.ToAscii(host)))
                problems.Add($"{owner}: {host} has a certificate already.");
        }
    }
}
