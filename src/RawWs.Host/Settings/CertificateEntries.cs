namespace RawWs.Host.Settings;

/// <summary>Certificates as several sources give them, key by key: a file may name one, and the environment its password.</summary>
internal sealed class CertificateEntries
{
    private readonly List<CertificateEntry> _entries = [];

    /// <summary>By their numbers; those that say nothing are left out.</summary>
    public IEnumerable<CertificateEntry> Given => _entries.Where(entry => entry.SaysSomething);

    public void Change(int number, Func<TlsCertificate, TlsCertificate> change)
    {
        int at = _entries.FindIndex(entry => entry.Number >= number);
        if (at < 0)
            _entries.Add(new(number));
        else if (_entries[at].Number > number)
            _entries.Insert(at, new(number));
        CertificateEntry changed = _entries[at < 0 ? ^1 : at];
        changed.Certificate = change(changed.Certificate);
    }
}
