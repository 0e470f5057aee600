using System.Net.Security;
using System.Security.Authentication;

namespace RawWs.Transport.Tls;

/// <summary>The server's side of TLS handshakes: which certificate is shown, and what a client's must be.</summary>
/// <param name="choose">Gives the certificate for the name that the client asks for, which is empty when it asks for none.</param>
/// <param name="clients">What is wanted of clients.</param>
internal sealed class TlsServerAuthentication(Func<string, SslStreamCertificateContext> choose, ClientCertificateRule clients)
{
    /// <exception cref="AuthenticationException">The two could not agree, or the client's certificate is not accepted; the message says why.</exception>
    /// <exception cref="IOException">The connection ended before the handshake did.</exception>
    public async Task AuthenticateAsync(TlsConnection connection)
    {
        bool isHelloRead = false;
        string? refusal = null;
        connection.HidesPeerCertificate = !clients.IsAsked;
        if (!clients.IsAsked)                                                    // else the application's check, or a look-up of revocations, may block
            connection.HandshakeScheduler = HandshakeSteps.Shared;
        try
        {
            await connection.AuthenticateAsServerAsync((_, hello, _, _) => new(MakeOptions(hello.ServerName)), null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (!isHelloRead && error is not IOException)   // SslStream throws this and that at a ClientHello that is none, out-of-range errors too
        {
            throw new AuthenticationException("its ClientHello cannot be read (RFC 8446 section 4.1.2)", error);
        }
        catch (AuthenticationException error)
        {
            throw new AuthenticationException(refusal ?? TlsFailureText.Of(error), error);
        }

        SslServerAuthenticationOptions MakeOptions(string serverName)
        {
            isHelloRead = true;
            return new SslServerAuthenticationOptions
            {
                ServerCertificateContext = choose(serverName),
                EnabledSslProtocols = SslProtocols.None,                        // the system's choice
                AllowRenegotiation = false,                                     // a client could have the server's processor work for it over and over
                ApplicationProtocols = [SslApplicationProtocol.Http11],         // RFC 7301; RFC 6455 is spoken over HTTP/1.1 only
                ClientCertificateRequired = clients.IsAsked,
                AllowTlsResume = !clients.IsAsked,                              // a resumed session brings the client's certificate back without its intermediates: it would be refused every second time
                CertificateChainPolicy = clients.MakePolicy(),
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                {
                    refusal = clients.FindRefusal(certificate, chain, errors);
                    return refusal is null;
                },
            };
        }
    }
}
