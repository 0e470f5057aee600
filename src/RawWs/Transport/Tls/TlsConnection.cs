using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using RawWs.Transport.Streams;

namespace RawWs.Transport.Tls;

/// <summary>TLS over another connection, which it owns from here on: usable once one of the two sides has authenticated, abortable from the start.</summary>
/// <remarks>
/// The handshake runs on the thread pool, whatever thread the inner connection completes its calls on; afterwards calls complete where the inner ones do.
/// A peer that ends the connection without a close_notify (RFC 8446 section 6.1) looks like one that sends it: what runs above has a close of its own.
/// </remarks>
internal sealed class TlsConnection : ITransportConnection, IStreamOwner
{
    /// <summary>What a peer may begin with (RFC 8446 section 5.1).</summary>
    private const byte AlertRecord = 21, HandshakeRecord = 22;

    private readonly ITransportConnection _inner;
    private readonly TransportStream _transport;
    private readonly SslStream _tls;
    private readonly StreamFault _fault = new();
    private readonly StreamPipeReader _input;
    private readonly StreamPipeWriter _output;
    private X509Certificate2? _peerCertificate;

    /// <summary>The two pipes, and a handshake while it runs: the last of them disposes what they use.</summary>
    private int _users = 2;

    public TlsConnection(ITransportConnection inner)
        : this(inner, ArrayPool<byte>.Shared)
    {
    }

    public TlsConnection(ITransportConnection inner, ArrayPool<byte> pool)
    {
        _inner = inner;
        _transport = new TransportStream(inner);
        _tls = new SslStream(_transport, leaveInnerStreamOpen: true);
        _input = new StreamPipeReader(this, pool);
        _output = new StreamPipeWriter(this, pool);
    }

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    public EndPoint? LocalEndPoint => _inner.LocalEndPoint;

    public EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    public bool IsSecure => true;

    /// <summary>Whether the peer was not asked for a certificate: a session that was resumed from another server of this process brings one all the same.</summary>
    public bool HidesPeerCertificate { get; set; }

    /// <summary>The certificate that the peer showed in the handshake; ask before the connection is disposed.</summary>
    public X509Certificate2? PeerCertificate =>
        _peerCertificate ??= _tls.IsAuthenticated && !HidesPeerCertificate ? _tls.RemoteCertificate as X509Certificate2 : null;

    public PipeScheduler Scheduler => _inner.Scheduler;

    /// <summary>What the steps of the handshake run on: never the thread that serves connections.</summary>
    public PipeScheduler HandshakeScheduler { get; set; } = PipeScheduler.ThreadPool;

    public TimeProvider Time => _inner.Time;

    /// <summary>How many bytes of TLS the next hop has taken.</summary>
    public long BytesSent => _inner.BytesSent;

    Stream IStreamOwner.Stream => _tls;

    CancellationToken IStreamOwner.Aborted => CancellationToken.None;

    /// <exception cref="AuthenticationException">The two could not agree, the peer speaks no TLS, or the client's certificate is not accepted.</exception>
    /// <exception cref="IOException">The connection ended before the handshake did.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the connection is aborted then.</exception>
    public Task AuthenticateAsServerAsync(SslServerAuthenticationOptions options, CancellationToken ct) =>
        AuthenticateAsync(() => _tls.AuthenticateAsServerAsync(options, ct), ct);

    /// <summary>As the other, with options that depend on what the client asks for (SNI).</summary>
    public Task AuthenticateAsServerAsync(ServerOptionsSelectionCallback select, object? state, CancellationToken ct) =>
        AuthenticateAsync(() => _tls.AuthenticateAsServerAsync(select, state, ct), ct);

    /// <exception cref="AuthenticationException">The two could not agree, the peer speaks no TLS, or the server's certificate is not accepted.</exception>
    /// <exception cref="IOException">The connection ended before the handshake did.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the connection is aborted then.</exception>
    public Task AuthenticateAsClientAsync(SslClientAuthenticationOptions options, CancellationToken ct) =>
        AuthenticateAsync(() => _tls.AuthenticateAsClientAsync(options, ct), ct);

    public void Abort(string reason)
    {
        _fault.TryAbort(reason);
        _inner.Abort(reason);
    }

    /// <summary>Says that no more will come, where the next hop takes it at once, and ends the inner connection. Not while a read's result is in use.</summary>
    public async ValueTask DisposeAsync()
    {
        _output.Complete();
        _fault.TryAbort("The connection is closed.");
        await _inner.DisposeAsync().ConfigureAwait(false);
        _input.Complete();
    }

    void IStreamOwner.ThrowIfAborted() => _fault.ThrowIfAborted();

    IOException IStreamOwner.Fail(Exception error) => _fault.Fail(Describe(error));

    void IStreamOwner.EndInput() => Leave();

    void IStreamOwner.EndOutput() => _ = EndOutputAsync();

    /// <summary>What follows the handshake may be the application's code: it has no part in the handshakes' turns.</summary>
    private async Task AuthenticateAsync(Func<Task> handshake, CancellationToken ct)
    {
        Task done = AuthenticateInTurnAsync(handshake, ct);
        await done.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        await done.ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();                              // it came at the very end, and has aborted the connection
    }

    private async Task AuthenticateInTurnAsync(Func<Task> handshake, CancellationToken ct)
    {
        Interlocked.Increment(ref _users);
        using CancellationTokenRegistration canceler = ct.UnsafeRegister(static self => ((TlsConnection)self!).Abort("The TLS handshake was given up."), this);
        await TransportStream.TurnOf(HandshakeScheduler).ConfigureAwait(false);
        try
        {
            _transport.CompletesOn = HandshakeScheduler;
            await handshake().ConfigureAwait(false);
            _transport.CompletesOn = null;
        }
        catch (Exception e) when (ct.IsCancellationRequested && e is IOException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            throw new OperationCanceledException("The TLS handshake was given up.", e, ct);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or AuthenticationException)
        {
            throw HandshakeError(e);
        }
        finally
        {
            Leave();
        }
    }

    private Exception HandshakeError(Exception error)
    {
        if (error is not AuthenticationException && (_fault.IsOver || _transport.Failure is not null))
            return _fault.Fail(_transport.Failure ?? new IOException(error.Message, error));
        if (_transport.FirstByte is { } first and not (AlertRecord or HandshakeRecord))
            return new AuthenticationException($"The peer does not speak TLS: its first byte is 0x{first:x2} (RFC 8446 section 5.1); is this a port without TLS?", error);
        return error is not AuthenticationException && _transport.IsEnded
            ? _fault.Fail(new IOException("The peer ended the connection before the TLS handshake was complete.", error))
            : new AuthenticationException($"The TLS handshake failed (RFC 8446): {AllMessages(error)}", error);
    }

    private IOException Describe(Exception error)
    {
        if (_transport.Failure is not null)
            return _transport.Failure;
        return _transport.IsEnded
            ? new IOException("The peer ended the connection within a TLS record (RFC 8446 section 5.1).", error)
            : new IOException($"TLS failed (RFC 8446): {AllMessages(error)}", error);
    }

    /// <summary>The cause stands innermost, and what failed by it outermost.</summary>
    private static string AllMessages(Exception error) =>
        error.InnerException is null ? error.Message : $"{error.Message} {AllMessages(error.InnerException)}";

    /// <summary>The close_notify of RFC 8446 section 6.1, then the end of the inner connection's output.</summary>
    private async Task EndOutputAsync()
    {
        try
        {
            if (!_fault.IsOver && _tls.IsAuthenticated)
                await _tls.ShutdownAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // there is no peer any more that it could tell; reads report that
        }
        finally
        {
            _inner.Output.Complete();
            Leave();
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            _tls.Dispose();
    }
}
