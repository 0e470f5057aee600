using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using RawWs.Server.Certificates;
using RawWs.Tests.Support;
using Xunit;
using static RawWs.Tests.Server.Certificates.CertificateFolder;

namespace RawWs.Tests.Server.Certificates;

public sealed class CertificateWatchTests : IDisposable
{
    private const int Loaded = 40, Reloaded = 41, Kept = 42, Expiry = 43;

    private readonly CertificateFolder _folder = new();
    private readonly ManualClock _clock = new();
    private readonly ListLogger _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_file_is_used_at_the_next_look_and_its_names_too()
    {
        ServerCertificates certificates = Load(_folder.WritePair(TestCertificates.Server("a.example")), new() { Certificate = TestCertificates.Server("b.example") });
        using CertificateWatch watch = new(certificates, _clock, _log);

        _folder.WritePair(TestCertificates.Server("new.example"));
        Assert.Equal("CN=a.example", Shown(certificates, "a.example"));
        Look();

        Assert.Equal("CN=new.example", Shown(certificates, "new.example"));
        Assert.Equal("CN=b.example", Shown(certificates, "b.example"));
        Assert.Equal([(Loaded, LogLevel.Debug), (Loaded, LogLevel.Debug), (Reloaded, LogLevel.Information)], _log.Entries.Select(static entry => (entry.Event, entry.Level)));
        Assert.Contains("CN=new.example, valid until 2130-01-01", _log.Entries.Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_stay_as_they_are_are_left_alone()
    {
        ServerCertificates certificates = Load(_folder.WritePair(TestCertificates.Server("a.example")));
        using CertificateWatch watch = new(certificates, _clock, _log);
        object before = certificates.Choose("");

        File.SetLastWriteTimeUtc(_folder.PathOf("server.pem"), DateTime.UnixEpoch);
        Look();

        Assert.Same(before, certificates.Choose(""));
        Assert.DoesNotContain(_log.Entries, static entry => entry.Event != Loaded);
    }

    [Fact]
    public void A_file_of_the_same_length_and_age_is_seen_to_be_new()
    {
        string old = TestCertificates.Server("a.example").ExportCertificatePem() + "\n" + KeyOf(TestCertificates.Server("a.example"));
        string path = _folder.Write("server.pem", old);
        DateTime age = File.GetLastWriteTimeUtc(path);
        ServerCertificates certificates = Load(new TlsCertificate { CertificateFile = path });
        using CertificateWatch watch = new(certificates, _clock, _log);
        string renewed;
        do
        {
            X509Certificate2 certificate = TestCertificates.RenewedServer("b.example");
            renewed = certificate.ExportCertificatePem() + "\n" + KeyOf(certificate);
        }
        while (renewed.Length != old.Length);

        _folder.Write("server.pem", renewed);
        File.SetLastWriteTimeUtc(path, age);
        Look();

        Assert.Equal("CN=b.example", Shown(certificates, ""));
    }

    [Fact]
    public void A_link_in_the_middle_of_the_path_that_leads_elsewhere_is_followed()
    {
        Directory.CreateDirectory(_folder.PathOf("v1"));
        Directory.CreateDirectory(_folder.PathOf("v2"));
        foreach ((string version, string name) in ((string, string)[])[("v1", "a.example"), ("v2", "b.example")])
        {
            _folder.Write($"{version}/tls.crt", TestCertificates.Server(name).ExportCertificatePem());
            _folder.Write($"{version}/tls.key", KeyOf(TestCertificates.Server(name)));
        }
        Directory.CreateSymbolicLink(_folder.PathOf("..data"), "v1");
        File.CreateSymbolicLink(_folder.PathOf("tls.crt"), "..data/tls.crt");
        File.CreateSymbolicLink(_folder.PathOf("tls.key"), "..data/tls.key");
        ServerCertificates certificates = Load(new TlsCertificate { CertificateFile = _folder.PathOf("tls.crt"), KeyFile = _folder.PathOf("tls.key") });
        using CertificateWatch watch = new(certificates, _clock, _log);

        Directory.Delete(_folder.PathOf("..data"));
        Directory.CreateSymbolicLink(_folder.PathOf("..data"), "v2");
        Look();

        Assert.Equal("CN=b.example", Shown(certificates, ""));
    }

    [Fact]
    public void Certificate_and_key_that_come_one_after_the_other_alarm_nobody()
    {
        TlsCertificate options = WriteApart(TestCertificates.Server("a.example"));
        ServerCertificates certificates = Load(options);
        using CertificateWatch watch = new(certificates, _clock, _log);

        _folder.Write("server.crt", TestCertificates.Server("b.example").ExportCertificatePem());
        Look();
        Assert.Equal("CN=a.example", Shown(certificates, ""));
        _folder.Write("server.key", KeyOf(TestCertificates.Server("b.example")));
        Look();

        Assert.Equal("CN=b.example", Shown(certificates, ""));
        Assert.Equal([Loaded, Reloaded], _log.Entries.Select(static entry => entry.Event));
    }

    [Fact]
    public void A_broken_file_keeps_the_old_certificate_and_is_told_once_for_each_content()
    {
        ServerCertificates certificates = Load(_folder.WritePair(TestCertificates.Server("a.example")));
        using CertificateWatch watch = new(certificates, _clock, _log);

        _folder.Write("server.pem", "garbage");
        for (int i = 0; i < 5; i++)
            Look();
        Assert.Equal([Kept], Events());
        Assert.Contains("neither a PEM nor a PFX", _log.Entries.Last().Text, StringComparison.Ordinal);

        File.Delete(_folder.PathOf("server.pem"));
        for (int i = 0; i < 5; i++)
            Look();
        Assert.Equal([Kept, Kept], Events());
        Assert.Contains("does not exist", _log.Entries.Last().Text, StringComparison.Ordinal);
        Assert.Equal("CN=a.example", Shown(certificates, ""));

        _folder.WritePair(TestCertificates.Server("b.example"));
        Look();
        Assert.Equal([Kept, Kept, Reloaded], Events());
        Assert.Equal("CN=b.example", Shown(certificates, ""));
        Assert.All(_log.Entries.Where(static entry => entry.Event == Kept), static entry => Assert.Equal(LogLevel.Error, entry.Level));

        IEnumerable<int> Events() => _log.Entries.Select(static entry => entry.Event).Where(static id => id != Loaded);
    }

    [Fact]
    public void One_broken_file_does_not_hold_up_the_others()
    {
        ServerCertificates certificates = Load(
            WriteApart(TestCertificates.Server("a.example")), _folder.WritePair(TestCertificates.Server("b.example")));
        using CertificateWatch watch = new(certificates, _clock, _log);

        _folder.Write("server.key", "garbage");
        _folder.WritePair(TestCertificates.Server("c.example"));
        Look();

        Assert.Equal(("CN=a.example", "CN=c.example"), (Shown(certificates, "a.example"), Shown(certificates, "c.example")));
    }

    [Fact]
    public void There_is_no_timer_without_files_and_none_after_the_end()
    {
        using CertificateWatch idle = new(Load(new TlsCertificate { Certificate = TestCertificates.Server("a.example") }), _clock, _log);
        Assert.Equal(0, _clock.ArmedTimers);

        CertificateWatch watch = new(Load(_folder.WritePair(TestCertificates.Server("a.example"))), _clock, _log);
        Assert.Equal(1, _clock.ArmedTimers);
        Look();
        Assert.Equal(1, _clock.ArmedTimers);
        watch.Dispose();
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public void An_expired_certificate_is_told_at_the_start_and_each_day()
    {
        ServerCertificates certificates = Load(_folder.WritePair(TestCertificates.Expired("a.example")));
        using CertificateWatch watch = new(certificates, _clock, _log);
        (LogLevel Level, int Event, string Text, Exception? Error) told = Assert.Single(_log.Entries, static entry => entry.Event == Expiry);
        Assert.Equal(LogLevel.Warning, told.Level);
        Assert.Contains("CN=a.example) has expired", told.Text, StringComparison.Ordinal);

        _clock.Advance(CertificateWatch.ExpiryInterval - TimeSpan.FromSeconds(1));
        Assert.Single(_log.Entries, static entry => entry.Event == Expiry);
        _clock.Advance(CertificateWatch.Interval);
        Assert.Equal(2, _log.Entries.Count(static entry => entry.Event == Expiry));
    }

    [Theory]
    [InlineData(100, 89, null)]
    [InlineData(100, 91, "expires soon")] // a tenth of its life is left
    [InlineData(1000, 985, null)]
    [InlineData(1000, 987, "expires soon")] // 14 days are left
    [InlineData(100, 100, "has expired")]
    [InlineData(100, -1, "is not valid yet")]
    public void A_warning_comes_when_renewal_is_overdue(int lifeDays, int ageDays, string? expected)
    {
        DateTimeOffset start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using System.Security.Cryptography.ECDsa key = System.Security.Cryptography.ECDsa.Create();
        CertificateRequest request = new("CN=a", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(start, start.AddDays(lifeDays));

        Assert.Equal(expected, new ServerCertificate([certificate], []).FindExpiry(start.AddDays(ageDays)));
    }

    private static ServerCertificates Load(params TlsCertificate[] options)
    {
        OptionProblems problems = new();
        ServerCertificates? certificates = ServerCertificates.Load(options, problems);
        Assert.Empty(problems.All);
        return certificates!;
    }

    private static string Shown(ServerCertificates certificates, string name) => certificates.Choose(name).TargetCertificate.Subject;

    private TlsCertificate WriteApart(X509Certificate2 certificate) => new()
    {
        CertificateFile = _folder.Write("server.crt", certificate.ExportCertificatePem()),
        KeyFile = _folder.Write("server.key", KeyOf(certificate)),
    };

    private void Look() => _clock.Advance(CertificateWatch.Interval);
}
