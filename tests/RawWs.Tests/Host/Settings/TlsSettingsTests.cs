using RawWs.Host.Settings;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Host.Settings;

public sealed class TlsSettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rawws-roots-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Roots_of_clients_are_all_certificates_of_the_file()
    {
        string path = Path.Combine(_folder, "roots.pem");
        File.WriteAllText(path, TestCertificates.Authority.ExportCertificatePem() + "\n" + TestCertificates.OtherAuthority.ExportCertificatePem());
        HostSettings settings = new() { ClientRoots = path };
        TlsSettings.LoadClientRoots(settings);
        Assert.Equal(
            [TestCertificates.Authority.Thumbprint, TestCertificates.OtherAuthority.Thumbprint],
            settings.Server.Tls.TrustedClientRoots.Select(static certificate => certificate.Thumbprint));
    }

    [Fact]
    public void Without_a_file_the_system_trusts()
    {
        HostSettings settings = new();
        TlsSettings.LoadClientRoots(settings);
        Assert.Empty(settings.Server.Tls.TrustedClientRoots);
    }

    [Theory]
    [InlineData(null, "there is no such file")]
    [InlineData("", "there is no certificate in it")]
    [InlineData("not PEM", "there is no certificate in it")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "")]
    public void A_file_that_holds_none_is_named_with_its_key(string? content, string why)
    {
        string path = Path.Combine(_folder, "roots.pem");
        if (content is not null)
            File.WriteAllText(path, content);
        string problem = Assert.Single(Assert.Throws<SettingsException>(() => TlsSettings.LoadClientRoots(new() { ClientRoots = path })).Problems);
        Assert.StartsWith($"Server:Tls:ClientRoots = \"{path}\": {why}", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Tls.Certificates[0]: a.pem does not exist.", "Server:Tls:Certificates:2: a.pem does not exist.")]
    [InlineData("Tls.Certificates[1]: b.pem does not exist.", "Server:Tls:Certificates:7: b.pem does not exist.")]
    [InlineData("Tls.Timeout is wrong.", "Server:Tls:Timeout is wrong.")]
    [InlineData("Backlog is 0.", "Backlog is 0.")]
    public void The_librarys_problems_are_told_by_their_keys(string problem, string told)
    {
        HostSettings settings = new();
        settings.Certificates.Change(7, certificate => certificate with { CertificateFile = "b.pem" });
        settings.Certificates.Change(2, certificate => certificate with { CertificateFile = "a.pem" });
        settings.Certificates.Change(3, certificate => certificate);
        Assert.Equal(told, TlsSettings.InKeys(problem, settings));
    }
}
