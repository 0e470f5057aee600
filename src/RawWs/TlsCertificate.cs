using System.Security.Cryptography.X509Certificates;

namespace RawWs;

/// <summary>A certificate that a server shows, from files or from memory, and the host names it is for.</summary>
/// <remarks>Files are looked at every few seconds: when they have changed, new handshakes use the new ones, and open connections stay; a broken file keeps the old and is logged. Either <see cref="CertificateFile"/> or <see cref="Certificate"/> is set.</remarks>
public sealed record TlsCertificate
{
    /// <summary>The names that clients ask for by SNI (RFC 6066 section 3), such as <c>example.com</c> or <c>*.example.com</c>. Empty: the names in the certificate itself. The first certificate of a server serves every other name, and clients that name none.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>A PEM file (the certificate, then its intermediates) or a PFX file (<c>.pfx</c>, <c>.p12</c>).</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The PEM file of the private key; <see langword="null"/> when it stands in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The password of the key or the PFX file, where it has one.</summary>
    public string? Password { get; init; }

    /// <summary>A certificate with its private key, from memory; it is not disposed.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Names the host names and the file, never the password.</summary>
    public override string ToString() => $"{CertificateFile ?? Certificate?.Subject} ({(Hosts.Count == 0 ? "its own names" : string.Join(", ", Hosts))})";
}
