using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace RawWs.Transport.Tls;

/// <summary>The client's side of TLS handshakes with one host: what is offered, and what the server's certificate must be. For any number of handshakes, also at once.</summary>
internal sealed class TlsClientAuthentication
{
    private readonly string _targetHost;
    private readonly X509ChainPolicy? _chainPolicy;
    private readonly X509RevocationMode _revocation;
    private readonly X509Certificate2Collection _clientCertificates;
    private readonly SslStreamCertificateContext? _clientCertificate;
    private readonly Func<X509Certificate2, X509Chain, SslPolicyErrors, bool>? _validate;

    /// <param name="targetHost">The name or IP address that the server's certificate must have; a name is also asked for by SNI (RFC 6066 section 3).</param>
    /// <param name="trustedRoots">What the certificate must lead to; empty: what the system trusts.</param>
    /// <param name="clientCertificates">For a server that asks for one; those without a private key only complete the chains of the others.</param>
    /// <param name="validate">Has the last word, also over what is found wrong.</param>
    /// <param name="revocation">Whether revocation of the server's certificate is looked up.</param>
    public TlsClientAuthentication(
        string targetHost,
        X509Certificate2Collection trustedRoots,
        X509Certificate2Collection clientCertificates,
        Func<X509Certificate2, X509Chain, SslPolicyErrors, bool>? validate,
        X509RevocationMode revocation)
    {
        _targetHost = targetHost.Trim('[', ']');                // an IPv6 address as it stands in a URI
        _validate = validate;
        _revocation = revocation;
        if (trustedRoots.Count > 0)
        {
            _chainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = revocation };
            _chainPolicy.CustomTrustStore.AddRange(trustedRoots);
        }

        X509Certificate2[] own = [.. clientCertificates.Where(static certificate => certificate.HasPrivateKey)];
        _clientCertificates = [.. own];
        if (own.Length == 1)
            _clientCertificate = SslStreamCertificateContext.Create(own[0], clientCertificates, offline: true);
    }

    /// <exception cref="AuthenticationException">The server's certificate is not accepted, and the message says why; or the two could not agree.</exception>
    /// <exception cref="IOException">The connection ended before the handshake did.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the connection is aborted then.</exception>
    public async Task AuthenticateAsync(TlsConnection connection, CancellationToken ct)
    {
        string? refusal = null;
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = _targetHost,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            CertificateChainPolicy = _chainPolicy,
            CertificateRevocationCheckMode = _revocation,
            ClientCertificateContext = _clientCertificate,
            ClientCertificates = _clientCertificate is null ? _clientCertificates : null,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                refusal = Refusal(certificate as X509Certificate2, chain, errors);
                return refusal is null;
            },
        };
        try
        {
            await connection.AuthenticateAsClientAsync(options, ct).ConfigureAwait(false);
        }
        catch (AuthenticationException e) when (refusal is not null)
        {
            throw new AuthenticationException(refusal, e);
        }
    }

    /// <summary>Why the certificate is not accepted; null when it is.</summary>
    private string? Refusal(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        bool isAccepted = _validate is null || certificate is null || chain is null
            ? errors == SslPolicyErrors.None
            : _validate(certificate, chain, errors);
        if (isAccepted)
            return null;
        return errors == SslPolicyErrors.None
            ? "The client's own validation did not accept the server's certificate."
            : CertificateErrors.Describe(certificate, chain, errors, _targetHost);
    }
}
