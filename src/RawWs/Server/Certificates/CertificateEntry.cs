using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RawWs.Server.Certificates;

/// <summary>One certificate of the options: what it is at present, and whether its files hold another by now.</summary>
internal sealed class CertificateEntry
{
    private readonly TlsCertificate _options;

    /// <summary>What the files held when they were last looked at: a digest, or why they could not be read.</summary>
    private string? _seen;

    /// <summary>Why that could not be used, until it has been told.</summary>
    private CertificateFileException? _untold;

    /// <exception cref="CertificateFileException">It cannot be used.</exception>
    public CertificateEntry(TlsCertificate options)
    {
        _options = options;
        if (options.Certificate is { } certificate)
        {
            Current = FromMemory(certificate, options.Hosts);
            return;
        }
        using CertificateContent content = Read();
        _seen = content.Digest;
        Current = Load(content);
    }

    public ServerCertificate Current { get; private set; }

    public bool HasFiles => _options.Certificate is null;

    /// <summary>The file and the host names.</summary>
    public override string ToString() => _options.ToString();

    /// <summary>Looks at the files again, and uses what they hold if that is new and good.</summary>
    /// <param name="problem">
    /// Why what they hold cannot be used, once: at the second look that finds the same. Certificate and key are replaced one after the
    /// other, and a look in between finds a pair that does not fit, which is no reason to alarm anybody.
    /// </param>
    public bool TryReload(out CertificateFileException? problem)
    {
        using CertificateContent? content = TryRead(out CertificateFileException? unreadable);
        string seen = content?.Digest ?? unreadable!.Message;
        if (seen == _seen)
        {
            (problem, _untold) = (_untold, null);
            return false;
        }
        _seen = seen;
        problem = null;
        try
        {
            Current = content is null ? throw unreadable! : Load(content);
            _untold = null;
            return true;
        }
        catch (CertificateFileException error)
        {
            _untold = error;
            return false;
        }
    }

    private CertificateContent Read() => CertificateContent.Read(_options.CertificateFile!, _options.KeyFile);

    private CertificateContent? TryRead(out CertificateFileException? unreadable)
    {
        unreadable = null;
        try
        {
            return Read();
        }
        catch (CertificateFileException error)
        {
            unreadable = error;
            return null;
        }
    }

    private ServerCertificate Load(CertificateContent content)
    {
        try
        {
            return new ServerCertificate(
                PemCertificate.IsPem(content.Certificate) ? PemCertificate.Read(content, _options.Password) : PfxCertificate.Read(content, _options.Password),
                _options.Hosts);
        }
        catch (Exception error) when (error is CryptographicException or NotSupportedException)
        {
            throw new CertificateFileException($"{content.CertificateFile} cannot be used: {error.Message}", error);
        }
    }

    private static ServerCertificate FromMemory(X509Certificate2 certificate, IReadOnlyList<string> hosts)
    {
        try
        {
            return certificate.HasPrivateKey
                ? new ServerCertificate([certificate], hosts)
                : throw new CertificateFileException($"The certificate {certificate.Subject} has no private key.");
        }
        catch (Exception error) when (error is CryptographicException or NotSupportedException)
        {
            throw new CertificateFileException($"The certificate cannot be used: {error.Message}", error);
        }
    }
}
