using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using RawWs.Transport.Streams;

namespace RawWs.Transport.Tls;

/// <summary>TLS over another connection, which it owns from here on: usable once one of the two sides has authenticated, abortable from the start.</summary>
internal sealed class TlsConnection(ITransportConnection inner) : ITransportConnection
{
    private readonly SslStream _tls = new(inner.Input.AsStream());

    public PipeReader Input { get; } = new StreamConnection(Stream.Null, inner.Time).Input;

    public PipeWriter Output { get; } = new StreamConnection(Stream.Null, inner.Time).Output;

    public EndPoint? LocalEndPoint => inner.LocalEndPoint;

    public EndPoint? RemoteEndPoint => inner.RemoteEndPoint;

    public bool IsSecure => true;

    public X509Certificate2? PeerCertificate => _tls.RemoteCertificate as X509Certificate2;

    public PipeScheduler Scheduler => inner.Scheduler;

    public TimeProvider Time => inner.Time;

    public long BytesSent => inner.BytesSent;

    /// <exception cref="System.Security.Authentication.AuthenticationException">The two could not agree, or the client's certificate is not accepted.</exception>
    /// <exception cref="IOException">The connection ended before the handshake did.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the connection is aborted then.</exception>
    public Task AuthenticateAsServerAsync(SslServerAuthenticationOptions options, CancellationToken ct) => _tls.AuthenticateAsServerAsync(options, ct);

    /// <summary>As the other, with options that depend on what the client asks for (SNI).</summary>
    public Task AuthenticateAsServerAsync(ServerOptionsSelectionCallback select, object? state, CancellationToken ct) => _tls.AuthenticateAsServerAsync(select, state, ct);

    /// <exception cref="System.Security.Authentication.AuthenticationException">The two could not agree, or the server's certificate is not accepted.</exception>
    /// <exception cref="IOException">The connection ended before the handshake did.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the connection is aborted then.</exception>
    public Task AuthenticateAsClientAsync(SslClientAuthenticationOptions options, CancellationToken ct) => _tls.AuthenticateAsClientAsync(options, ct);

    public void Abort(string reason) => inner.Abort(reason);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
