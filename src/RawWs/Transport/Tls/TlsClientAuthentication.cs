using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace RawWs.Transport.Tls;

/// <summary>The client's side of TLS handshakes: what is offered to a server, and what its certificate must be.</summary>
internal sealed class TlsClientAuthentication(
    string targetHost,
    X509Certificate2Collection trustedRoots,
    X509Certificate2Collection clientCertificates,
    Func<X509Certificate2, X509Chain, SslPolicyErrors, bool>? validate,
    X509RevocationMode revocation)
{
    /// <exception cref="System.Security.Authentication.AuthenticationException">The server's certificate is not accepted, and the message says why; or the two could not agree.</exception>
    /// <exception cref="IOException">The connection ended before the handshake did.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the connection is aborted then.</exception>
    public Task AuthenticateAsync(TlsConnection connection, CancellationToken ct) => connection.AuthenticateAsClientAsync(
        new SslClientAuthenticationOptions
        {
            TargetHost = targetHost,
            ClientCertificates = clientCertificates,
            CertificateRevocationCheckMode = revocation,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                trustedRoots.Count >= 0 && validate is not null && certificate is X509Certificate2 own && chain is not null ? validate(own, chain, errors) : errors == SslPolicyErrors.None,
        },
        ct);
}
