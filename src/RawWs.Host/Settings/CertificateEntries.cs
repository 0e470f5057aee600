namespace RawWs.Host.Settings;

/// <summary>Certificates as several sources give them, key by key: a file may name one, and the environment its password.</summary>
internal sealed class CertificateEntries
{
    private readonly SortedDictionary<int, TlsCertificate> _entries = [];

    /// <summary>Each with its number; those that say nothing are left out.</summary>
    public IEnumerable<(int Number, TlsCertificate Certificate)> Given =>
        _entries.Where(entry => entry.Value is not { CertificateFile: null, KeyFile: null, Password: null, Hosts: [] }).Select(entry => (entry.Key, entry.Value));

    public void Change(int number, Func<TlsCertificate, TlsCertificate> change) =>
        _entries[number] = change(_entries.GetValueOrDefault(number) ?? new());
}
