using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace RawWs;

/// <summary>TLS of a client's <c>wss://</c> connections. The protocol versions are the system's; the name is checked and sent by SNI (RFC 6066 section 3); ALPN offers <c>http/1.1</c>. Immutable: change a copy by <c>with</c>.</summary>
public sealed record TlsClientOptions
{
    /// <summary>The name that the server's certificate must have, and that SNI asks for; <see langword="null"/>: the host of the URI.</summary>
    public string? TargetHost { get; init; }

    /// <summary>Certificates that the server's must lead to; empty: those that the system trusts. For private certificate authorities and for development.</summary>
    public X509Certificate2Collection TrustedRoots { get; init; } = [];

    /// <summary>Certificates with private keys, for a server that asks for one.</summary>
    public X509Certificate2Collection ClientCertificates { get; init; } = [];

    /// <summary>Judges the server's certificate instead of the system: gets the certificate, its chain, and what is wrong with them. One that always says true gives up all protection.</summary>
    public Func<X509Certificate2, X509Chain, SslPolicyErrors, bool>? ValidateCertificate { get; init; }

    /// <summary>Whether the revocation of the server's certificate is looked up, which asks the network. Default off.</summary>
    public X509RevocationMode Revocation { get; init; } = X509RevocationMode.NoCheck;
}
