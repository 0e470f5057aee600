using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RawWs.Server.Certificates;
using RawWs.Tests.Support;
using Xunit;
using static RawWs.Tests.Server.Certificates.CertificateFolder;

namespace RawWs.Tests.Server.Certificates;

public sealed class CertificateLoadingTests : IDisposable
{
    private static readonly X509Certificate2 Good = TestCertificates.Server("a.example", "b.example");

    private readonly CertificateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Certificate_and_key_may_stand_in_one_PEM_file_in_any_order()
    {
        AssertLoads(new() { CertificateFile = _folder.Write("1.pem", Good.ExportCertificatePem(), KeyOf(Good)) });
        AssertLoads(new() { CertificateFile = _folder.Write("2.pem", KeyOf(Good), Good.ExportCertificatePem()) });
    }

    [Fact]
    public void The_key_may_stand_in_a_PEM_file_of_its_own() =>
        AssertLoads(new() { CertificateFile = _folder.Write("1.pem", Good.ExportCertificatePem()), KeyFile = _folder.Write("1.key", KeyOf(Good)) });

    [Fact]
    public void An_encrypted_key_is_opened_by_its_password() =>
        AssertLoads(new() { CertificateFile = _folder.Write("1.pem", Good.ExportCertificatePem(), EncryptedKeyOf(Good)), Password = Password });

    [Fact]
    public void A_password_that_nothing_needs_does_no_harm() =>
        AssertLoads(new() { CertificateFile = _folder.Write("1.pem", Good.ExportCertificatePem(), KeyOf(Good)), Password = Password });

    [Fact]
    public void A_key_may_stand_in_the_older_formats_too()
    {
        using ECDsa ec = Good.GetECDsaPrivateKey()!;
        AssertLoads(new() { CertificateFile = _folder.Write("1.pem", Good.ExportCertificatePem(), "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----", ec.ExportECPrivateKeyPem()) });

        using RSA rsa = RSA.Create(2048);
        using X509Certificate2 ofRsa = new CertificateRequest("CN=rsa", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(30), DateTimeOffset.UnixEpoch.AddYears(150));
        foreach (string key in (string[])[rsa.ExportRSAPrivateKeyPem(), rsa.ExportPkcs8PrivateKeyPem()])
            Assert.True(Load(new() { CertificateFile = _folder.Write("2.pem", ofRsa.ExportCertificatePem(), key) }).Leaf.HasPrivateKey);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Password)]
    public void A_PFX_file_has_everything_in_it(string? password) =>
        AssertLoads(new() { CertificateFile = _folder.Write("1.pfx", Good.Export(X509ContentType.Pkcs12, password)), Password = password });

    [Fact]
    public void Intermediates_are_shown_and_the_root_is_not()
    {
        using X509Certificate2 intermediate = MakeIntermediate();
        using X509Certificate2 leaf = Issue(intermediate, "a.example");
        X509Certificate2 root = TestCertificates.Authority;
        TlsCertificate pem = new() { CertificateFile = _folder.Write("1.pem", leaf.ExportCertificatePem(), intermediate.ExportCertificatePem(), root.ExportCertificatePem(), KeyOf(leaf)) };
        X509Certificate2Collection all = [X509CertificateLoader.LoadCertificate(root.RawData), X509CertificateLoader.LoadCertificate(intermediate.RawData), leaf];
        TlsCertificate pfx = new() { CertificateFile = _folder.Write("1.pfx", all.Export(X509ContentType.Pkcs12)!) };

        foreach (TlsCertificate options in (TlsCertificate[])[pem, pfx])
        {
            ServerCertificate loaded = Load(options);
            Assert.Equal("CN=a.example", loaded.Leaf.Subject);
            Assert.Equal([intermediate.Thumbprint], loaded.Context.IntermediateCertificates.Select(static certificate => certificate.Thumbprint));
        }
    }

    [Fact]
    public void A_certificate_from_memory_is_taken_as_it_is() => Assert.Same(Good, Load(new() { Certificate = Good }).Leaf);

    [Fact]
    public void A_certificate_from_memory_needs_its_private_key()
    {
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(Good.RawData);
        Assert.Contains("CN=a.example has no private key", MessageOf(new() { Certificate = bare }), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_those_of_the_options_or_else_of_the_certificate()
    {
        Assert.Equal(["a.example", "b.example"], Load(new() { Certificate = TestCertificates.Server("a.example", "b.example", "127.0.0.1") }).Hosts);
        Assert.Equal(["c.example"], Load(new() { Certificate = Good, Hosts = ["c.example"] }).Hosts);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named()
    {
        string missing = _folder.PathOf("missing.pem"), large = _folder.Write("large.pem", new byte[CertificateContent.MaxFileBytes + 1]);

        Assert.Equal($"{missing} does not exist.", MessageOf(new() { CertificateFile = missing }));
        Assert.Equal($"{missing} does not exist.", MessageOf(new() { CertificateFile = _folder.WritePair(Good).CertificateFile, KeyFile = missing }));
        Assert.StartsWith($"{_folder.PathOf("no/such")} does not exist", MessageOf(new() { CertificateFile = _folder.PathOf("no/such") }), StringComparison.Ordinal);
        Assert.StartsWith($"{_folder.PathOf(".")} is a folder", MessageOf(new() { CertificateFile = _folder.PathOf(".") }), StringComparison.Ordinal);
        Assert.StartsWith($"{large} has {CertificateContent.MaxFileBytes + 1} bytes", MessageOf(new() { CertificateFile = large }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_what_is_needed_is_named_with_what_is_missing()
    {
        Assert.Contains("neither a PEM nor a PFX file", MessageOf(Certificate([])), StringComparison.Ordinal);
        Assert.Contains("neither a PEM nor a PFX file", MessageOf(Certificate([1, 2, 3])), StringComparison.Ordinal);
        Assert.Contains("neither a PEM nor a PFX file", MessageOf(Certificate(Good.RawData)), StringComparison.Ordinal);
        Assert.Contains("neither a PEM nor a PFX file", MessageOf(Certificate(Good.Export(X509ContentType.Pkcs12)[..200])), StringComparison.Ordinal);
        Assert.EndsWith("has no private key in it.", MessageOf(Certificate(X509CertificateLoader.LoadCertificate(Good.RawData).Export(X509ContentType.Pkcs12))), StringComparison.Ordinal);
        Assert.EndsWith("has no private key in it.", MessageOf(Pem(Good.ExportCertificatePem())), StringComparison.Ordinal);
        Assert.EndsWith("has no certificate in it.", MessageOf(Pem(KeyOf(Good))), StringComparison.Ordinal);
        Assert.EndsWith("has no certificate in it.", MessageOf(Pem(KeyOf(Good), "-----BEGIN CERTIFICATE-----", "not Base64", "-----END CERTIFICATE-----")), StringComparison.Ordinal);
        Assert.EndsWith("has a certificate that cannot be decoded.", MessageOf(Pem(KeyOf(Good), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----")), StringComparison.Ordinal);
        Assert.Contains("has a private key that cannot be decoded", MessageOf(Pem(Good.ExportCertificatePem(), "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----")), StringComparison.Ordinal);
        Assert.Contains("openssl pkcs8 -topk8", MessageOf(Pem(Good.ExportCertificatePem(), "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMIIB\n-----END RSA PRIVATE KEY-----")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_another_certificate_is_told_from_one_that_cannot_be_read()
    {
        using RSA rsa = RSA.Create(2048);
        string other = KeyOf(TestCertificates.Server("other.example"));

        foreach (string key in (string[])[other, rsa.ExportPkcs8PrivateKeyPem()])
            Assert.Contains("does not belong to the first certificate in", MessageOf(Pem(Good.ExportCertificatePem(), key)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_or_missing_password_is_told_and_never_shown()
    {
        byte[] pfx = Good.Export(X509ContentType.Pkcs12, Password);
        string[] pem = [Good.ExportCertificatePem(), EncryptedKeyOf(Good)];

        Assert.Contains("the password is wrong", MessageOf(Certificate(pfx) with { Password = "secret-1" }), StringComparison.Ordinal);
        Assert.Contains("needs a password, and none is set", MessageOf(Certificate(pfx)), StringComparison.Ordinal);
        Assert.Contains("the password is wrong", MessageOf(Pem(pem) with { Password = "secret-1" }), StringComparison.Ordinal);
        Assert.Contains("no password is set", MessageOf(Pem(pem)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_file_goes_with_PEM_only() =>
        Assert.Contains("goes with PEM only", MessageOf(Certificate(Good.Export(X509ContentType.Pkcs12)) with { KeyFile = _folder.Write("1.key", KeyOf(Good)) }), StringComparison.Ordinal);

    [Fact]
    public void All_certificates_that_cannot_be_used_are_told_at_once()
    {
        OptionProblems problems = new();

        Assert.Null(ServerCertificates.Load([Certificate([1]), new() { Certificate = Good }, new() { CertificateFile = "missing.pem" }], problems));

        Assert.Equal(["Tls.Certificates[0]", "Tls.Certificates[2]"], problems.All.Select(static problem => problem[..problem.IndexOf(':', StringComparison.Ordinal)]));
    }

    private static ServerCertificate Load(TlsCertificate options) => new CertificateEntry(options).Current;

    private static void AssertLoads(TlsCertificate options)
    {
        ServerCertificate loaded = Load(options);
        Assert.Equal(Good.Thumbprint, loaded.Leaf.Thumbprint);
        byte[] data = [1, 2, 3];
        byte[] signature = loaded.Leaf.GetECDsaPrivateKey()!.SignData(data, HashAlgorithmName.SHA256);
        Assert.True(Good.GetECDsaPublicKey()!.VerifyData(data, signature, HashAlgorithmName.SHA256));
    }

    private static string MessageOf(TlsCertificate options)
    {
        CertificateFileException error = Assert.Throws<CertificateFileException>(() => Load(options));
        Assert.True(options.CertificateFile is null || error.Message.Contains(options.CertificateFile, StringComparison.Ordinal) || error.Message.Contains(options.KeyFile!, StringComparison.Ordinal), error.Message);
        Assert.DoesNotContain(options.Password ?? Password, error.ToString(), StringComparison.Ordinal);
        return error.Message;
    }

    private TlsCertificate Certificate(byte[] content) => new() { CertificateFile = _folder.Write("some.file", content) };

    private TlsCertificate Pem(params string[] parts) => new() { CertificateFile = _folder.Write("some.pem", parts) };
}
