using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RawWs.Tests.Support;

namespace RawWs.Tests.Interop;

/// <summary>A certificate as the PEM files that programs of others read, in a folder that lives as long as this.</summary>
internal sealed class CertificateFiles : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rawws-certificate-").FullName;

    public CertificateFiles(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        Certificate = Write("certificate.pem", certificate.ExportCertificatePem());
        Key = Write("key.pem", key.ExportPkcs8PrivateKeyPem());
        Authority = Write("authority.pem", TestCertificates.Authority.ExportCertificatePem());
    }

    public string Certificate { get; }

    public string Key { get; }

    /// <summary>What the certificate leads to.</summary>
    public string Authority { get; }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return default;
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
