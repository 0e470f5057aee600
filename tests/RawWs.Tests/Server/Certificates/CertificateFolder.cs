using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RawWs.Tests.Support;

namespace RawWs.Tests.Server.Certificates;

/// <summary>A folder for certificate files, which is deleted in the end.</summary>
internal sealed class CertificateFolder : IDisposable
{
    public const string Password = "p4ssw0rd!";

    private readonly string _path = Directory.CreateTempSubdirectory("rawws-certificates").FullName;

    public string PathOf(string name) => Path.Combine(_path, name);

    /// <summary>Writes parts as one PEM file, and gives its path.</summary>
    public string Write(string name, params string[] parts)
    {
        File.WriteAllText(PathOf(name), string.Join("\n", parts) + "\n");
        return PathOf(name);
    }

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    /// <summary>Writes certificate and key to the file <c>server.pem</c>.</summary>
    public TlsCertificate WritePair(X509Certificate2 certificate) =>
        new() { CertificateFile = Write("server.pem", certificate.ExportCertificatePem(), KeyOf(certificate)) };

    /// <summary>The private key in PKCS #8.</summary>
    public static string KeyOf(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    /// <summary>The private key in PKCS #8, encrypted with <see cref="Password"/>.</summary>
    public static string EncryptedKeyOf(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem(
        Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterationCount: 1000));

    /// <summary>An authority between the one of the tests and a server.</summary>
    public static X509Certificate2 MakeIntermediate()
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=Intermediate", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        X509Certificate2 authority = TestCertificates.Authority;
        return request.Create(authority, authority.NotBefore.AddDays(1), authority.NotAfter.AddDays(-1), [1, 2, 3]).CopyWithPrivateKey(key);
    }

    /// <summary>A server's certificate that an authority has issued.</summary>
    public static X509Certificate2 Issue(X509Certificate2 authority, string name)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(authority, authority.NotBefore.AddDays(1), authority.NotAfter.AddDays(-1), [4, 5, 6]).CopyWithPrivateKey(key);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
