using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using RawWs.Protocol.Handshake;
using RawWs.Transport;
using RawWs.Transport.Connecting;
using RawWs.Transport.Streams;
using RawWs.Transport.Tls;

namespace RawWs.Client;

/// <summary>Opens a transport to a server: by sockets, through a proxy or a stream of the caller's, with TLS over it where the URI says so.</summary>
internal sealed class WayToServer(WebSocketClientOptions options)
{
    /// <summary>One driver for the timers of all clients on the usual clock.</summary>
    private static readonly TimerWheel SystemTime = new(TimeProvider.System);

    private readonly TimeProvider _time = options.TimeProvider == TimeProvider.System ? SystemTime : options.TimeProvider;

    /// <exception cref="IOException">There is no way.</exception>
    /// <exception cref="WebSocketHandshakeException">The proxy refused.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">TLS was not agreed on, or the server's certificate is not accepted.</exception>
    public async Task<ITransportConnection> OpenAsync(WebSocketUri server, CancellationToken ct)
    {
        if (!server.IsSecure)
            return await ConnectAsync(server, ct).ConfigureAwait(false);
        if (TlsFeature.IsSupported)
            return await OpenSecureAsync(server, ct).ConfigureAwait(false);
        throw TlsFeature.Missing();
    }

    private async Task<ITransportConnection> OpenSecureAsync(WebSocketUri server, CancellationToken ct)
    {
        TlsClientAuthentication authentication = Authentication(server);        // before there is a connection that it could leave behind
        TlsConnection tls = new(await ConnectAsync(server, ct).ConfigureAwait(false));
        await GuardAsync(tls, authentication.AuthenticateAsync(tls, ct)).ConfigureAwait(false);
        return tls;
    }

    /// <summary>What a server is told from others by: its address where this side looks that up, else the name it is reached by (RFC 6455 section 4.1, item 2).</summary>
    /// <exception cref="IOException">There is no such host.</exception>
    public async Task<string> AddressOfAsync(WebSocketUri server, CancellationToken ct)
    {
        if (options.UnixSocket is { } path)
            return path;
        if (options.ConnectCallback is not null || ProxyChoice.Find(options.Proxy, server.Uri) is not null)
            return server.Authority;
        return new IPEndPoint((await NameLookup.System.FindAsync(server.Host, ct).ConfigureAwait(false))[0], server.Port).ToString();
    }

    private async Task<ITransportConnection> ConnectAsync(WebSocketUri server, CancellationToken ct)
    {
        if (options.UnixSocket is { } path)
            return await SocketConnector.ConnectUnixAsync(path, _time, ct).ConfigureAwait(false);
        if (options.ConnectCallback is { } connect)
            return new StreamConnection(await CallAsync(connect, server.Uri, ct).ConfigureAwait(false), _time);
        if (ProxyChoice.Find(options.Proxy, server.Uri) is not { } proxy)
            return await SocketConnector.ConnectAsync(server.Host, server.Port, _time, ct).ConfigureAwait(false);
        ITransportConnection toProxy = await SocketConnector.ConnectAsync(proxy.Host, proxy.Port, _time, ct).ConfigureAwait(false);
        await GuardAsync(toProxy, ProxyTunnel.OpenAsync(toProxy, proxy, server.Host, server.Port, ct)).ConfigureAwait(false);
        return toProxy;
    }

    /// <summary>The boundary of the caller's own way: a socket's failure is one of the network, and one that does not heed its token is left behind.</summary>
    private static async Task<Stream> CallAsync(Func<Uri, CancellationToken, ValueTask<Stream>> connect, Uri uri, CancellationToken ct)
    {
        Task<Stream>? opening = null;
        try
        {
            opening = connect(uri, ct).AsTask();
            return await opening.WaitAsync(ct).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"{nameof(WebSocketClientOptions.ConnectCallback)} gave no stream: it must give a connected one, or throw.");
        }
        catch (OperationCanceledException)
        {
            _ = opening?.ContinueWith(static late => late.Result?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
        catch (SocketException error)
        {
            throw new IOException($"There is no way to the server: {error.Message}", error);
        }
    }

    /// <exception cref="ArgumentException">A client certificate cannot be used.</exception>
    private TlsClientAuthentication Authentication(WebSocketUri server)
    {
        TlsClientOptions tls = options.Tls;
        try
        {
            return new(tls.TargetHost ?? server.Host, tls.TrustedRoots, tls.ClientCertificates, tls.ValidateCertificate, tls.Revocation);
        }
        catch (CryptographicException error)
        {
            throw new ArgumentException($"A certificate of Tls.{nameof(tls.ClientCertificates)} cannot be used: {error.Message}", error);
        }
    }

    /// <summary>A transport on which a step fails is ended.</summary>
    private static async Task GuardAsync(ITransportConnection transport, Task step)
    {
        bool isDone = false;
        try
        {
            await step.ConfigureAwait(false);
            isDone = true;
        }
        finally
        {
            if (!isDone)
                await transport.DisposeAsync().ConfigureAwait(false);
        }
    }
}
