using Microsoft.Extensions.Logging;

namespace RawWs.Server.Certificates;

/// <summary>Looks at the files of certificates from time to time, and tells what became of them.</summary>
/// <remarks>
/// It reads them anew each time instead of being notified. Notifications see neither a folder that a link in the middle of the path now
/// leads to (the way Kubernetes and certbot replace certificates) nor a change on a network drive, and times of modification stand still when a file is
/// copied with its old one. A server without files has no timer.
/// </remarks>
internal sealed class CertificateWatch : IDisposable
{
    /// <summary>How long a new certificate may go unnoticed: nobody who replaces one needs it earlier.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>How often the dates are looked at: who forgot a renewal shall read of it each day.</summary>
    public static readonly TimeSpan ExpiryInterval = TimeSpan.FromDays(1);

    private readonly ServerCertificates _certificates;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CertificateEntry[] _files;
    private readonly ITimer? _timer;
    private DateTimeOffset _nextExpiryLook;

    public CertificateWatch(ServerCertificates certificates, TimeProvider time, ILogger logger)
    {
        _certificates = certificates;
        _time = time;
        _logger = logger;
        _files = [.. certificates.Entries.Where(static entry => entry.HasFiles)];
        foreach (CertificateEntry entry in certificates.Entries)
            logger.CertificateLoaded(entry, entry.Current.Leaf.Subject, entry.Current.Leaf.NotAfter);
        LookAtDates();
        if (_files.Length > 0)
            _timer = time.CreateTimer(static watch => ((CertificateWatch)watch!).OnTime(), this, Interval, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer?.Dispose();

    private void OnTime()
    {
        try
        {
            Look();
        }
#pragma warning disable CA1031 // a fault of ours in a reload must not end the program: the old certificates still serve
        catch (Exception error)
#pragma warning restore CA1031
        {
            _logger.CertificateWatchFailed(error);
        }
        _timer!.Change(Interval, Timeout.InfiniteTimeSpan);                     // only now, so that looks never overlap
    }

    private void Look()
    {
        foreach (CertificateEntry entry in _files)
        {
            if (entry.TryReload(out CertificateFileException? problem))
                Use(entry);
            if (problem is not null)
                _logger.CertificateKept(entry, problem.Message);
        }
        if (_time.GetUtcNow() >= _nextExpiryLook)
            LookAtDates();
    }

    private void Use(CertificateEntry entry)
    {
        _certificates.Update();
        _logger.CertificateReloaded(entry, entry.Current.Leaf.Subject, entry.Current.Leaf.NotAfter);
        WarnOfExpiry(entry);
    }

    private void LookAtDates()
    {
        _nextExpiryLook = _time.GetUtcNow() + ExpiryInterval;
        foreach (CertificateEntry entry in _certificates.Entries)
            WarnOfExpiry(entry);
    }

    private void WarnOfExpiry(CertificateEntry entry)
    {
        if (entry.Current.FindExpiry(_time.GetUtcNow()) is { } expiry)
            _logger.CertificateExpiry(entry, entry.Current.Leaf.Subject, expiry, entry.Current.Leaf.NotBefore, entry.Current.Leaf.NotAfter);
    }
}
