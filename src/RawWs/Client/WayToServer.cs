using System.Net;
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
        ITransportConnection transport = await ConnectAsync(server, ct).ConfigureAwait(false);
        if (!server.IsSecure)
            return transport;
        TlsConnection tls = new(transport);
        await GuardAsync(tls, Authentication(server).AuthenticateAsync(tls, ct)).ConfigureAwait(false);
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
            return new StreamConnection(await connect(server.Uri, ct).ConfigureAwait(false), _time);
        if (ProxyChoice.Find(options.Proxy, server.Uri) is not { } proxy)
            return await SocketConnector.ConnectAsync(server.Host, server.Port, _time, ct).ConfigureAwait(false);
        ITransportConnection toProxy = await SocketConnector.ConnectAsync(proxy.Host, proxy.Port, _time, ct).ConfigureAwait(false);
        await GuardAsync(toProxy, ProxyTunnel.OpenAsync(toProxy, proxy, server.Host, server.Port, ct)).ConfigureAwait(false);
        return toProxy;
    }

    private TlsClientAuthentication Authentication(WebSocketUri server) => new(
        options.Tls.TargetHost ?? server.Host, options.Tls.TrustedRoots, options.Tls.ClientCertificates, options.Tls.ValidateCertificate, options.Tls.Revocation);

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
