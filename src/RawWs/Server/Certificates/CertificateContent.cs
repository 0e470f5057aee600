using System.Security.Cryptography;

namespace RawWs.Server.Certificates;

/// <summary>What stood in the files of one certificate when they were read. Disposing wipes it, since a private key is part of it.</summary>
internal sealed class CertificateContent : IDisposable
{
    /// <summary>The largest file that is read: a chain of ten certificates has some 20 KiB, so a larger one is surely not what was meant.</summary>
    public const int MaxFileBytes = 1024 * 1024;

    private CertificateContent(string certificateFile, string keyFile, byte[] certificate, byte[] key)
    {
        CertificateFile = certificateFile;
        KeyFile = keyFile;
        Certificate = certificate;
        Key = key;
        Digest = Convert.ToHexString(SHA256.HashData(certificate)) + Convert.ToHexString(SHA256.HashData(key));
    }

    public string CertificateFile { get; }

    /// <summary>Where the private key stands; it may be the certificate's file.</summary>
    public string KeyFile { get; }

    public byte[] Certificate { get; }

    public byte[] Key { get; }

    public bool HasOwnKeyFile => KeyFile != CertificateFile;

    /// <summary>Equal for equal content.</summary>
    public string Digest { get; }

    /// <exception cref="CertificateFileException">A file is not there, or cannot be read.</exception>
    public static CertificateContent Read(string certificateFile, string? keyFile)
    {
        byte[] certificate = ReadFile(certificateFile);
        return string.IsNullOrEmpty(keyFile)
            ? new CertificateContent(certificateFile, certificateFile, certificate, certificate)
            : new CertificateContent(certificateFile, keyFile, certificate, ReadFile(keyFile));
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(Certificate);
        CryptographicOperations.ZeroMemory(Key);
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (file.Length > MaxFileBytes)
                throw new CertificateFileException($"{path} has {file.Length} bytes; a certificate or key has at most {MaxFileBytes}.");
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CertificateFileException($"{path} does not exist.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new CertificateFileException($"{path} is a folder, or may not be read by this user.", error);
        }
        catch (Exception error) when (error is IOException or ArgumentException or NotSupportedException)
        {
            throw new CertificateFileException($"{path} cannot be read: {error.Message}", error);
        }
    }
}
