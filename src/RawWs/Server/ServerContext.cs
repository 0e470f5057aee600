using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using RawWs.Connection;
using RawWs.Protocol.Framing;
using RawWs.Protocol.Handshake;
using RawWs.Server.Certificates;
using RawWs.Transport;
using RawWs.Transport.Tls;

namespace RawWs.Server;

/// <summary>What all exchanges of one server share.</summary>
internal sealed class ServerContext : IDisposable
{
    /// <summary>What open connections are told when the server stops.</summary>
    public static readonly ClosePayload Stopping = new(WebSocketCloseStatus.EndpointUnavailable, "The server is stopping");

    private readonly CancellationTokenSource _stopped = new();
    private readonly HandlerRunner _runner;
    private readonly Action<object> _ended;

    /// <summary>What does TLS handshakes, if an address has TLS.</summary>
    private TlsHandshakes? _tls;

    public ServerContext(WebSocketServerOptions options, RouteTable routes, ILogger logger, ILogger? frameLogger)
    {
        Options = options;
        Routes = routes;
        Logger = logger;
        FrameLogger = frameLogger;
        Limits = new(options.MaxLineBytes, options.MaxHeadBytes, options.MaxHeaders);
        AllowedHosts = [.. options.AllowedHosts];
        BearerPrefixes = [.. routes.WebSocketRoutes.Select(route => route.Options.BearerSubprotocolPrefix).OfType<string>().Distinct()];
        Connections = new(options.MaxConnections, options.MaxConnectionsPerAddress);
        Compression = new(logger, KeptContexts.Shared);
        Time = new TimerWheel(options.TimeProvider);
        _runner = new HandlerRunner(logger);
        _ended = state => OnEnded((WebSocketConnection)state);
    }

    public WebSocketServerOptions Options { get; }

    public RouteTable Routes { get; }

    public ILogger Logger { get; }

    /// <summary>Where heads and frames are logged, if they are.</summary>
    public ILogger? FrameLogger { get; }

    public HeadLimits Limits { get; }

    public IReadOnlyList<string> AllowedHosts { get; }

    /// <summary>What marks a bearer token among the subprotocols on any route: which route a request is for is not known when its head is logged.</summary>
    public IReadOnlyList<string> BearerPrefixes { get; }

    public ConnectionRegistry Connections { get; }

    /// <summary>Agrees with clients on compression.</summary>
    public CompressionAgreement Compression { get; }

    public TimeProvider Time { get; }

    /// <summary>Fires when the server stops.</summary>
    public CancellationToken Stopped => _stopped.Token;

    /// <summary>Whether new requests are answered with 503.</summary>
    public bool IsStopping => _stopped.IsCancellationRequested;

    /// <summary>Makes ready for connections with TLS, and looks out for new certificates from now on.</summary>
    public void StartTls(ServerCertificates certificates)
    {
        if (TlsFeature.IsSupported)
            _tls = new TlsHandshakes(Options.Tls, certificates, Options.TimeProvider, Logger);
    }

    public async Task StopAsync()
    {
        if (TlsFeature.IsSupported)
            _tls?.Dispose();
        try
        {
            await _stopped.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException error)                                // of what hooks registered with their tokens
        {
            Logger.StopCallbackFailed(error);
        }
    }

    public void Dispose() => _stopped.Dispose();

    /// <summary>Serves a connection that was just accepted.</summary>
    public void Accept(ITransportConnection accepted, bool isLoopback, bool isSecure)
    {
        // in this order: the compiler makes one condition of the other, which the trimmer does not see through
        ITransportConnection transport = isSecure && TlsFeature.IsSupported ? new TlsConnection(accepted) : accepted;
        if (Connections.TryAdd(transport, out bool isOverLimit))
            _ = ServeAsync(accepted, transport, isLoopback, isOverLimit);
        else
            transport.Abort("The server is full.");
    }

    /// <summary>Lets a connection live: the protocol first, so that it runs whatever the handler does.</summary>
    public void Start(ITransportConnection transport, WebSocketConnection connection, Route route)
    {
        Logger.Opened(connection.Id, connection.Request.Path, connection.Request.RemoteEndPoint);
        Connections.Promote(transport, connection);
        connection.Core.Ended = _ended;
        connection.Core.EndedState = connection;
        connection.Start();
        if (IsStopping)
            connection.Core.StartClose(Stopping);
        _ = _runner.RunAsync(connection, route.Handler);
    }

    /// <summary>Ends what the drain time did not.</summary>
    public void AbortAll()
    {
        foreach (ITransportConnection transport in Connections.Handshakes())
            transport.Abort("The server stopped.");
        foreach (WebSocketConnection connection in Connections.Open())
            connection.Core.Abort(new OperationCanceledException("The server stopped."));
    }

    public void OnAcceptError(Uri endpoint, Exception error, AcceptErrorKind kind)
    {
        switch (kind)
        {
            case AcceptErrorKind.Fatal:
                Logger.AcceptEnded(error, endpoint);
                break;
            case AcceptErrorKind.Pause:
                Logger.AcceptPaused(endpoint, error.Message);
                break;
            default:
                Logger.AcceptFailed(endpoint, error.Message);
                break;
        }
    }

    /// <summary>The boundary of one connection: whatever went wrong there ends there.</summary>
    private async Task ServeAsync(ITransportConnection accepted, ITransportConnection transport, bool isLoopback, bool isOverLimit)
    {
        try
        {
            if (TlsFeature.IsSupported && transport is TlsConnection secure
                && !await new TlsExchange(this, _tls!, accepted, secure).TryAuthenticateAsync().ConfigureAwait(false))
                return;
            await new HttpExchange(this, transport, isLoopback, isOverLimit).RunAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // a fault of ours in one connection must not reach the others
        catch (Exception error)
#pragma warning restore CA1031
        {
            Logger.ServeFailed(error, transport.RemoteEndPoint);
            transport.Abort("The server failed on this connection.");
            Connections.Remove(transport);
        }
    }

    private void OnEnded(WebSocketConnection connection)
    {
        Connections.Remove(connection);
        WebSocketCloseResult result = connection.Core.Close.Result;
        if (result.Error is WebSocketProtocolException violation)
            Logger.Violation(connection.Id, connection.Request.RemoteEndPoint, (int)violation.CloseStatus, violation.Message);
        Logger.Closed(connection.Id, result);
    }
}
