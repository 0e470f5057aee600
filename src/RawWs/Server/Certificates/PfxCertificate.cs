using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RawWs.Server.Certificates;

/// <summary>Reads a certificate, its intermediates and its private key from a PFX file (PKCS #12, RFC 7292).</summary>
internal static class PfxCertificate
{
    /// <summary>ERROR_INVALID_PASSWORD, on every platform.</summary>
    private const int WrongPassword = unchecked((int)0x80070056);

    /// <summary>The key stays in memory where the platform's TLS can use it from there: Windows' and Apple's cannot.</summary>
    private static X509KeyStorageFlags Storage => OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
        ? X509KeyStorageFlags.DefaultKeySet
        : X509KeyStorageFlags.EphemeralKeySet;

    /// <summary>The certificate with its private key, then its intermediates.</summary>
    /// <exception cref="CertificateFileException">The file has no certificate with its private key, or the password is wrong.</exception>
    public static X509Certificate2Collection Read(CertificateContent content, string? password)
    {
        if (content.HasOwnKeyFile)
            throw new CertificateFileException($"{content.CertificateFile} is no PEM file: a key file ({content.KeyFile}) goes with PEM only, a PFX file has its key in it.");
        X509Certificate2Collection certificates = Open(content, password);
        X509Certificate2 own = certificates.FirstOrDefault(certificate => certificate.HasPrivateKey)
            ?? throw new CertificateFileException($"{content.CertificateFile} has no {(certificates.Count == 0 ? "certificate" : "private key")} in it.");
        certificates.Remove(own);
        certificates.Insert(0, own);
        return certificates;
    }

    /// <summary>A certificate whose key Windows' TLS can use: it takes none that lives in memory only. Not tried there.</summary>
    public static X509Certificate2 ThroughPfx(X509Certificate2 certificate)
    {
        using (certificate)
        {
            byte[] pfx = certificate.Export(X509ContentType.Pkcs12);
#if NET9_0_OR_GREATER
            return X509CertificateLoader.LoadPkcs12(pfx, password: null);
#else
            return new X509Certificate2(pfx);
#endif
        }
    }

    private static X509Certificate2Collection Open(CertificateContent content, string? password)
    {
        try
        {
#if NET9_0_OR_GREATER
            return X509CertificateLoader.LoadPkcs12Collection(content.Certificate, password, Storage);
#else
            X509Certificate2Collection certificates = [];
            certificates.Import(content.Certificate, password, Storage);
            return certificates;
#endif
        }
        catch (CryptographicException error) when (error.HResult == WrongPassword)
        {
            throw new CertificateFileException(
                $"{content.CertificateFile} cannot be opened: {(string.IsNullOrEmpty(password) ? "it needs a password, and none is set" : "the password is wrong")}.", error);
        }
        catch (CryptographicException error)
        {
            throw new CertificateFileException($"{content.CertificateFile} is neither a PEM nor a PFX file, or is damaged.", error);
        }
    }
}
