namespace RawWs.Server.Certificates;

/// <summary>Which certificate is shown to a client, by the name that it asks for (SNI, RFC 6066 section 3). It never changes: a reload makes a new one.</summary>
internal sealed class CertificateTable
{
    private readonly Dictionary<string, ServerCertificate> _exact = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>By what stands behind the star: <c>.example.com</c>.</summary>
    private readonly Dictionary<string, ServerCertificate> _wildcards = new(StringComparer.OrdinalIgnoreCase);

    private readonly ServerCertificate _default;

    /// <param name="certificates">At least one. Of two with one name the earlier has it, and the first serves all other names.</param>
    public CertificateTable(IReadOnlyList<ServerCertificate> certificates)
    {
        _default = certificates[0];
        foreach (ServerCertificate certificate in certificates)
            foreach (string host in certificate.Hosts)
                Add(HostName.ToAscii(host), certificate);
    }

    /// <param name="serverName">What the client asked for; empty when it named none.</param>
    public ServerCertificate Find(string serverName)
    {
        string name = HostName.ToAscii(serverName);
        if (_exact.TryGetValue(name, out ServerCertificate? certificate))
            return certificate;
        int dot = name.IndexOf('.', StringComparison.Ordinal);                  // a star stands for one whole label: RFC 9525 section 6.3
        return dot > 0 && _wildcards.TryGetValue(name[dot..], out certificate) ? certificate : _default;
    }

    private void Add(string host, ServerCertificate certificate)
    {
        if (host.StartsWith("*.", StringComparison.Ordinal))
            _wildcards.TryAdd(host[1..], certificate);
        else
            _exact.TryAdd(host, certificate);
    }
}
