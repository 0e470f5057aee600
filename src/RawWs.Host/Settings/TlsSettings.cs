namespace RawWs.Host.Settings;

/// <summary>What the settings of TLS mean together, once every source has been read.</summary>
internal static class TlsSettings
{
    private const string Entry = "Server:Tls:Certificates";

    /// <summary>Tells the library of the certificates, and finds what no key shows alone.</summary>
    public static void Complete(HostSettings settings, List<string> problems)
    {
        TlsServerOptions tls = settings.Server.Tls;
        foreach ((int number, TlsCertificate certificate) in settings.Certificates.Given)
        {
            if (certificate.CertificateFile is null)
                problems.Add($"{Entry}:{number}:Certificate is not given, and other keys of {Entry}:{number} are");
            tls.Certificates.Add(certificate);
        }
        if (tls.Certificates.Count == 0 && settings.Server.Listen.FirstOrDefault(IsSecure) is { } address)
            problems.Add($"Server:Listen has {address}, and no certificate is given: name its file at {Entry}:0:Certificate");
    }

    private static bool IsSecure(string address) => address.StartsWith("wss:", StringComparison.Ordinal);
}
