using System.Net.Security;

namespace RawWs.Server.Certificates;

/// <summary>The certificates of a server, and which of them a handshake shows.</summary>
internal sealed class ServerCertificates
{
    private readonly CertificateEntry[] _entries;
    private volatile CertificateTable _table;

    private ServerCertificates(CertificateEntry[] entries)
    {
        _entries = entries;
        _table = MakeTable();
    }

    public IReadOnlyList<CertificateEntry> Entries => _entries;

    /// <summary>Reads all certificates; null, and the reasons among the problems, if one of them cannot be used.</summary>
    public static ServerCertificates? Load(IList<TlsCertificate> certificates, OptionProblems problems)
    {
        List<CertificateEntry> entries = [];
        for (int i = 0; i < certificates.Count; i++)
        {
            try
            {
                entries.Add(new CertificateEntry(certificates[i]));
            }
            catch (CertificateFileException error)
            {
                problems.Add($"Tls.Certificates[{i}]: {error.Message}");
            }
        }
        return entries.Count > 0 && entries.Count == certificates.Count ? new ServerCertificates([.. entries]) : null;
    }

    /// <summary>What to show a client that asks for a name; called by many handshakes at once.</summary>
    public SslStreamCertificateContext Choose(string serverName) => _table.Find(serverName).Context;

    /// <summary>Uses what the entries hold by now.</summary>
    public void Update() => _table = MakeTable();

    private CertificateTable MakeTable() => new([.. _entries.Select(static entry => entry.Current)]);
}
