using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace RawWs;

/// <summary>TLS of a server's <c>wss://</c> listeners. Read once, when the server starts. The protocol versions are the system's; ALPN answers <c>http/1.1</c> (RFC 7301).</summary>
public sealed class TlsServerOptions
{
    /// <summary>The certificates; the first serves names that none of the others has.</summary>
    public IList<TlsCertificate> Certificates { get; init; } = [];

    /// <summary>Whether clients are asked for certificates; a request has its client's in <see cref="HttpRequest.ClientCertificate"/>. Where they are, each connection makes a whole handshake: sessions are not resumed. Default none.</summary>
    public ClientCertificates ClientCertificates { get; set; }

    /// <summary>Certificates that clients' certificates must lead to; empty: those that the system trusts. Issuers in between are sent by the client, or stand here too; they are never fetched.</summary>
    public X509Certificate2Collection TrustedClientRoots
    {
        get => field ??= [];                                            // only when asked for: a native program without TLS is smaller for it
        init;
    }

    /// <summary>Judges a client's certificate instead of the rules above: gets the certificate, its chain, and what those rules found wrong. Runs on a pool thread, for several clients at once.</summary>
    public Func<X509Certificate2, X509Chain, SslPolicyErrors, bool>? ValidateClientCertificate { get; set; }

    /// <summary>Whether the revocation of clients' certificates is looked up, which asks the network. Default off.</summary>
    public X509RevocationMode ClientRevocation { get; set; } = X509RevocationMode.NoCheck;

    /// <summary>How long a new peer may take for the TLS handshake; then it is cut off. Bounds slow handshakes. Zero: no limit. Default 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The most TLS handshakes at once; further ones wait, within <see cref="Timeout"/>. A client has its place from its whole ClientHello on, until the handshake is done or late. Protects the processor time of open connections from a storm. Zero: no limit. Default 256.</summary>
    public int MaxHandshakes { get; set; } = 256;
}
