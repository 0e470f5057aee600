using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using RawWs.Server.Certificates;
using RawWs.Transport;
using RawWs.Transport.Tls;

namespace RawWs.Server;

/// <summary>Does the TLS handshakes of a server: so many at once, each within its time, away from the loops that serve connections.</summary>
internal sealed class TlsHandshakes : IDisposable
{
    private readonly ILogger _logger;
    private readonly TimeSpan _timeout;
    private readonly TlsServerAuthentication _authentication;
    private readonly CertificateWatch _watch;

    /// <summary>The turns. Whoever waits for one costs no processor time.</summary>
    private readonly SemaphoreSlim _turns;

    public TlsHandshakes(TlsServerOptions options, ServerCertificates certificates, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _timeout = options.Timeout;
        _turns = new SemaphoreSlim(options.MaxHandshakes > 0 ? options.MaxHandshakes : int.MaxValue);
        _authentication = new TlsServerAuthentication(certificates.Choose, RuleFor(options, logger));
        _watch = new CertificateWatch(certificates, time, logger);
    }

    /// <summary>Ends the look-out for new certificates.</summary>
    public void Dispose() => _watch.Dispose();

    /// <summary>True: the connection can be used. False: it cannot, and has to be disposed.</summary>
    /// <param name="inner">What the connection stands on; nothing was read from it.</param>
    /// <param name="connection">The connection; aborting it ends this.</param>
    /// <exception cref="WebSocketHandshakeException">The peer speaks plain HTTP, and <paramref name="inner"/> is as it was.</exception>
    public async Task<bool> TryAuthenticateAsync(ITransportConnection inner, TlsConnection connection)
    {
        using TlsDeadline deadline = new(connection, _timeout);
        try
        {
            await AuthenticateAsync(inner, connection, deadline).ConfigureAwait(false);
            _ = connection.PeerCertificate;                                     // kept from here on: a handler may ask for it when the connection is over
            if (deadline.TryEnd())
                return true;
            _logger.TlsRefused(connection.RemoteEndPoint, $"it was not done within {_timeout}: {deadline.Step}");
        }
        catch (Exception error) when (deadline.IsOver && error is (IOException or OperationCanceledException or AuthenticationException))
        {
            _logger.TlsRefused(connection.RemoteEndPoint, $"it was not done within {_timeout}: {deadline.Step}");
        }
        catch (AuthenticationException error)
        {
            _logger.TlsRefused(connection.RemoteEndPoint, error.Message);
        }
        catch (IOException)                                                     // the peer broke the transport, or the server stopped
        {
            _logger.GoneBeforeRequest(connection.RemoteEndPoint);
        }
        return false;
    }

    private static ClientCertificateRule RuleFor(TlsServerOptions options, ILogger logger) => new(
        options.ClientCertificates != ClientCertificates.None,
        options.ClientCertificates == ClientCertificates.Required,
        options.TrustedClientRoots,
        options.ClientRevocation,
        options.ValidateClientCertificate is { } validate ? (certificate, chain, errors) => IsAccepted(validate, certificate, chain, errors, logger) : null);

    private static bool IsAccepted(
        Func<X509Certificate2, X509Chain, SslPolicyErrors, bool> validate, X509Certificate2 certificate, X509Chain chain, SslPolicyErrors errors, ILogger logger)
    {
        try
        {
            return validate(certificate, chain, errors);
        }
#pragma warning disable CA1031 // the application may throw anything; a check that fails lets nobody in
        catch (Exception error)
#pragma warning restore CA1031
        {
            logger.ClientCertificateCheckFailed(error, CertificateText.Subject(certificate));
            return false;
        }
    }

    /// <summary>A turn is taken only when the whole ClientHello is there: a silent peer, or one that sends a byte a second, holds none. One that falls silent behind it holds its turn until the deadline.</summary>
    private async Task AuthenticateAsync(ITransportConnection inner, TlsConnection connection, TlsDeadline deadline)
    {
        deadline.Step = "no whole ClientHello came";
        switch (await LookAsync(inner.Input).ConfigureAwait(false))
        {
            case FirstBytes.Incomplete:
                throw new IOException("The peer went away before its ClientHello was complete.");
            case FirstBytes.Http:
                throw new WebSocketHandshakeException(400, "This port speaks TLS: use wss:// or https://.");
            case FirstBytes.Unknown:
                throw new AuthenticationException("its first bytes are no TLS handshake (RFC 8446 section 5.1)");
        }

        deadline.Step = "it waited for its turn, because MaxHandshakes others were under way";
        await _turns.WaitAsync(deadline.Token).ConfigureAwait(false);
        try
        {
            deadline.Step = "the client did not go on";
            await _authentication.AuthenticateAsync(connection).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    private static async Task<FirstBytes> LookAsync(PipeReader input)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            FirstBytes kind = FirstBytesReader.Look(read.Buffer);
            bool isOver = kind != FirstBytes.Incomplete || read.IsCompleted;
            input.AdvanceTo(read.Buffer.Start, isOver ? read.Buffer.Start : read.Buffer.End);
            if (isOver)
                return kind;
        }
    }
}
