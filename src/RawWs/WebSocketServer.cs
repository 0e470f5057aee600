using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RawWs.Diagnostics;
using RawWs.Protocol.Handshake;
using RawWs.Server;
using RawWs.Server.Certificates;
using RawWs.Transport;

namespace RawWs;

/// <summary>A WebSocket server on its own sockets: routes, listeners, and the life of their connections.</summary>
/// <remarks>Map all routes before <see cref="StartAsync"/>. A server starts once.</remarks>
public sealed class WebSocketServer : IAsyncDisposable
{
    private static readonly TimeSpan DefaultDrain = TimeSpan.FromSeconds(10);

    private readonly RouteTable _routes = new();
    private readonly List<SocketListener> _listeners = [];
    private readonly List<Task> _acceptLoops = [];
    private ServerContext? _context;
    private bool _isDisposed;

    /// <summary>Makes a server; nothing happens until it starts.</summary>
    /// <param name="options">Read when the server starts.</param>
    public WebSocketServer(WebSocketServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
    }

    /// <summary>The options that the server was made with.</summary>
    public WebSocketServerOptions Options { get; }

    /// <summary>The addresses that the server listens on, with the ports that were chosen for 0. Empty before the start.</summary>
    public IReadOnlyList<Uri> Endpoints => [.. _listeners.Select(listener => listener.Endpoint)];

    /// <summary>How many connections there are, handshakes included. May be read at any time.</summary>
    public int ConnectionCount => _context?.Connections.Count ?? 0;

    /// <summary>Maps a path to a delegate, which runs once for each connection; the connection closes with 1000 when it returns and with 1011 when it throws.</summary>
    /// <param name="path">Literal segments, which match byte for byte, and parameters: <c>/chat/{room}</c>.</param>
    /// <param name="handler">Runs on the thread that received the bytes: it must not block it.</param>
    /// <param name="configure">Changes the server's defaults for this route: <c>options => options with { ... }</c>.</param>
    /// <exception cref="ArgumentException">The path is not a template, or is mapped already.</exception>
    /// <exception cref="InvalidOperationException">The server has started.</exception>
    public void Map(string path, Func<WebSocketConnection, Task> handler, Func<WebSocketEndpointOptions, WebSocketEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfStarted();
        _routes.Add(new Route(new PathTemplate(path), handler, configure));
    }

    /// <summary>Maps a path to an endpoint class: one instance for each connection.</summary>
    /// <param name="path">Literal segments, which match byte for byte, and parameters: <c>/chat/{room}</c>.</param>
    /// <param name="configure">Changes the server's defaults for this route.</param>
    /// <typeparam name="T">The endpoint.</typeparam>
    /// <exception cref="ArgumentException">The path is not a template, or is mapped already.</exception>
    /// <exception cref="InvalidOperationException">The server has started.</exception>
    public void Map<T>(string path, Func<WebSocketEndpointOptions, WebSocketEndpointOptions>? configure = null)
        where T : WebSocketEndpoint, new() => Map(path, static () => new T(), configure);

    /// <summary>Maps a path to endpoints that a factory makes: one for each connection.</summary>
    /// <param name="path">Literal segments, which match byte for byte, and parameters: <c>/chat/{room}</c>.</param>
    /// <param name="factory">Called for each connection.</param>
    /// <param name="configure">Changes the server's defaults for this route.</param>
    /// <exception cref="ArgumentException">The path is not a template, or is mapped already.</exception>
    /// <exception cref="InvalidOperationException">The server has started.</exception>
    public void Map(string path, Func<WebSocketEndpoint> factory, Func<WebSocketEndpointOptions, WebSocketEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        Map(path, connection => HandlerRunner.RunEndpointAsync(connection, factory()), configure);
    }

    /// <summary>Maps GET and HEAD of a path to an ordinary HTTP answer.</summary>
    /// <param name="path">Literal segments and parameters; it may be the path of a WebSocket route too.</param>
    /// <param name="handler">Answers a request.</param>
    /// <exception cref="ArgumentException">The path is not a template, or is mapped already.</exception>
    /// <exception cref="InvalidOperationException">The server has started.</exception>
    public void MapHttp(string path, Func<HttpRequest, HttpReply> handler) => MapHttp("GET", path, handler);

    /// <summary>Maps GET and HEAD of a path to an ordinary HTTP answer.</summary>
    /// <param name="path">Literal segments and parameters; it may be the path of a WebSocket route too.</param>
    /// <param name="handler">Answers a request.</param>
    /// <exception cref="ArgumentException">The path is not a template, or is mapped already.</exception>
    /// <exception cref="InvalidOperationException">The server has started.</exception>
    public void MapHttp(string path, Func<HttpRequest, Task<HttpReply>> handler) => MapHttp("GET", path, handler);

    /// <summary>Maps one method of a path to an ordinary HTTP answer; a method other than GET has a body, told by <c>Content-Length</c>.</summary>
    /// <param name="method">The method, in upper case; GET answers HEAD too.</param>
    /// <param name="path">Literal segments and parameters.</param>
    /// <param name="handler">Answers a request.</param>
    /// <exception cref="ArgumentException">The path or method is not legal, or is mapped already.</exception>
    /// <exception cref="InvalidOperationException">The server has started.</exception>
    public void MapHttp(string method, string path, Func<HttpRequest, HttpReply> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        MapHttp(method, path, request => Task.FromResult(handler(request)));
    }

    /// <summary>Maps one method of a path to an ordinary HTTP answer; a method other than GET has a body, told by <c>Content-Length</c>.</summary>
    /// <param name="method">The method, in upper case; GET answers HEAD too.</param>
    /// <param name="path">Literal segments and parameters.</param>
    /// <param name="handler">Answers a request.</param>
    /// <exception cref="ArgumentException">The path or method is not legal, or is mapped already.</exception>
    /// <exception cref="InvalidOperationException">The server has started.</exception>
    public void MapHttp(string method, string path, Func<HttpRequest, Task<HttpReply>> handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfStarted();
        if (!method.All(char.IsAsciiLetterUpper))
            throw new ArgumentException($"The method {method} is not one word of upper-case letters, such as POST.", nameof(method));
        _routes.Add(new HttpRoute(method, new PathTemplate(path), handler));
    }

    /// <summary>Starts to listen on all addresses.</summary>
    /// <param name="ct">Not used after the addresses are bound.</param>
    /// <exception cref="ArgumentException">Options are not valid, or a certificate cannot be loaded; the message names all that is wrong.</exception>
    /// <exception cref="IOException">An address cannot be listened on; nothing listens then.</exception>
    /// <exception cref="InvalidOperationException">The server has started before.</exception>
    public async Task StartAsync(CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        ThrowIfStarted();
        foreach (Route route in _routes.WebSocketRoutes)
            route.Options = route.Configure?.Invoke(Options.Defaults) ?? Options.Defaults;
        OptionProblems problems = new();
        ServerCertificates? certificates = TlsOptionsCheck.Load(Options, problems);
        OptionsCheck.ThrowIfInvalid(Options, _routes.WebSocketRoutes, problems);
        ILogger logger = (Options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("RawWs");
        ServerContext context = _context = new ServerContext(Options, _routes, logger, Options.LogFrames ? Options.LoggerFactory?.CreateLogger(FrameEvents.Category) : null);
        try
        {
            foreach (string address in Options.Listen)
                _listeners.Add(Bind(address));
        }
        catch (IOException)
        {
            await CloseListenersAsync().ConfigureAwait(false);
            _listeners.Clear();
            _context = null;
            throw;
        }
        if (certificates is not null)
            context.StartTls(certificates);
        else if (Options.Tls.Certificates.Count > 0)
            logger.CertificatesUnused();
        foreach (SocketListener listener in _listeners)
        {
            logger.Listening(listener.Endpoint);
            _acceptLoops.Add(AcceptAsync(context, listener));
        }
    }

    /// <summary>Stops: no new connection, 503 for handshakes in flight, 1001 to all connections; waits for them, and aborts those that are left.</summary>
    /// <param name="drain">How long to wait. Default 10 s.</param>
    /// <param name="ct">Ends the wait early: what is left is aborted.</param>
    public async Task StopAsync(TimeSpan? drain = null, CancellationToken ct = default)
    {
        if (_context is not { IsStopping: false } context)
            return;
        await context.StopAsync().ConfigureAwait(false);
        await CloseListenersAsync().ConfigureAwait(false);
        List<WebSocketConnection> open = context.Connections.Open();
        context.Logger.Stopping(open.Count);
        foreach (WebSocketConnection connection in open)
            connection.Core.StartClose(ServerContext.Stopping);
        Task empty = context.Connections.EmptyAsync();
        if (await IsDoneWithinAsync(empty, drain ?? DefaultDrain, ct).ConfigureAwait(false))
            return;
        context.Logger.DrainOver(context.Connections.Count);
        context.AbortAll();
        await empty.ConfigureAwait(false);
    }

    /// <summary>Stops without a drain.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _context?.Dispose();
    }

    private SocketListener Bind(string address)
    {
        ListenAddress parsed = ListenAddress.Parse(address);
        try
        {
            return SocketListener.Bind(parsed, Options.Backlog);
        }
        catch (SocketException error)
        {
            throw new IOException($"Cannot listen on {address}: {SocketErrorText.Of(error.SocketErrorCode, parsed.EndPoint)}", error);
        }
    }

    private static Task AcceptAsync(ServerContext context, SocketListener listener) =>
        listener.RunAsync(
            accepted => context.Accept(accepted, listener.IsLoopback, listener.IsSecure),
            (error, kind) => context.OnAcceptError(listener.Endpoint, error, kind),
            context.Time);

    private async Task CloseListenersAsync()
    {
        foreach (SocketListener listener in _listeners)
            await listener.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_acceptLoops).ConfigureAwait(false);
    }

    private async Task<bool> IsDoneWithinAsync(Task task, TimeSpan limit, CancellationToken ct)
    {
        try
        {
            await task.WaitAsync(limit, Options.TimeProvider, ct).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private void ThrowIfStarted()
    {
        if (_context is not null)
            throw new InvalidOperationException("The server has started: map routes before StartAsync, and make a new server to start again.");
    }
}
