using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace RawWs.Server.Certificates;

/// <summary>Reads a certificate, its intermediates and its private key from PEM text (RFC 7468).</summary>
internal static class PemCertificate
{
    private const string EncryptedKeyLabel = "ENCRYPTED PRIVATE KEY";           // RFC 7468 section 11
    private const string AnyKeyLabel = "PRIVATE KEY";                           // also with RSA or EC before it

    /// <summary>How OpenSSL encrypted keys before PKCS #8; .NET does not read it.</summary>
    private const string OldEncryption = "Proc-Type: 4,ENCRYPTED";

    /// <summary>Whether a file's content is PEM at all.</summary>
    public static bool IsPem(ReadOnlySpan<byte> content) => content.IndexOf("-----BEGIN "u8) >= 0;

    /// <summary>The certificate with its private key, then its intermediates.</summary>
    /// <exception cref="CertificateFileException">The text has no certificate with its private key.</exception>
    public static X509Certificate2Collection Read(CertificateContent content, string? password)
    {
        X509Certificate2Collection certificates = ReadCertificates(content);
        using AsymmetricAlgorithm key = ReadKey(content, password);
        certificates[0] = WithKey(certificates[0], key, content);               // RFC 8446 section 4.4.2: the server's own comes first
        return certificates;
    }

    private static X509Certificate2Collection ReadCertificates(CertificateContent content)
    {
        X509Certificate2Collection certificates = [];
        char[] text = Encoding.Latin1.GetChars(content.Certificate);
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException error)
        {
            throw new CertificateFileException($"{content.CertificateFile} has a certificate that cannot be decoded.", error);
        }
        finally
        {
            Array.Clear(text);                                                  // the key may stand in it too
        }
        return certificates.Count > 0 ? certificates : throw new CertificateFileException($"{content.CertificateFile} has no certificate in it.");
    }

    private static AsymmetricAlgorithm ReadKey(CertificateContent content, string? password)
    {
        char[] text = Encoding.Latin1.GetChars(content.Key);
        try
        {
            ReadOnlySpan<char> key = FindKey(text, out bool isEncrypted);
            if (key.IsEmpty)
                throw NoKey(content, text);
            if (isEncrypted && string.IsNullOrEmpty(password))
                throw new CertificateFileException($"{content.KeyFile} has an encrypted private key, and no password is set for it.");
            return TryImport(RSA.Create(), key, isEncrypted, password) ?? TryImport(ECDsa.Create(), key, isEncrypted, password)
                ?? throw new CertificateFileException(isEncrypted
                    ? $"{content.KeyFile} has a private key that cannot be decrypted: the password is wrong, or it is neither an RSA nor an ECDSA key."
                    : $"{content.KeyFile} has a private key that cannot be decoded, or that is neither an RSA nor an ECDSA key.");
        }
        finally
        {
            Array.Clear(text);
        }
    }

    /// <summary>The first block that is a private key; empty when there is none.</summary>
    private static ReadOnlySpan<char> FindKey(ReadOnlySpan<char> text, out bool isEncrypted)
    {
        while (PemEncoding.TryFind(text, out PemFields block))
        {
            ReadOnlySpan<char> label = text[block.Label];
            isEncrypted = label.SequenceEqual(EncryptedKeyLabel);
            if (label.EndsWith(AnyKeyLabel, StringComparison.Ordinal))
                return text[block.Location];
            text = text[block.Location.End..];
        }
        isEncrypted = false;
        return [];
    }

    private static CertificateFileException NoKey(CertificateContent content, ReadOnlySpan<char> text) => new(
        text.IndexOf(OldEncryption, StringComparison.Ordinal) >= 0
            ? $"{content.KeyFile} has a private key in OpenSSL's old encryption; convert it with: openssl pkcs8 -topk8 -in old.key -out new.key"
            : $"{content.KeyFile} has no private key in it.");

    private static AsymmetricAlgorithm? TryImport(AsymmetricAlgorithm algorithm, ReadOnlySpan<char> key, bool isEncrypted, string? password)
    {
        try
        {
            if (isEncrypted)
                algorithm.ImportFromEncryptedPem(key, password);
            else
                algorithm.ImportFromPem(key);
            return algorithm;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            algorithm.Dispose();
            return null;
        }
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate, AsymmetricAlgorithm key, CertificateContent content)
    {
        try
        {
            X509Certificate2 own = key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)key);
            return OperatingSystem.IsWindows() ? PfxCertificate.ThroughPfx(own) : own;
        }
        catch (ArgumentException error)
        {
            throw new CertificateFileException(
                $"The private key in {content.KeyFile} does not belong to the first certificate in {content.CertificateFile} ({certificate.Subject}).", error);
        }
    }
}
