using System.Net;
using System.Net.Sockets;
using RawWs.Tests.Conformance;
using Xunit;

namespace RawWs.Tests.Support;

/// <summary>Our side in one of the roles, with compression, under bare peers: what a test says once is checked of the server and of the client.</summary>
internal sealed class DeflateSide : IAsyncDisposable
{
    public const string Server = "server", Client = "client";
    private const string Offer = "permessage-deflate; client_max_window_bits";

    private readonly TestServer? _server;
    private readonly Socket? _listener;
    private readonly WebSocketClientOptions? _client;
    private readonly Func<WebSocketConnection, Task> _serve;
    private readonly Queue<TaskCompletionSource<WebSocketConnection>> _opening = [];

    private DeflateSide(Func<WebSocketConnection, Task> serve, TestServer? server = null, WebSocketClientOptions? client = null)
    {
        (_serve, _server, _client) = (serve, server, client);
        if (client is null) return;
        _listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    public static TheoryData<string> Roles => [Server, Client];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="role">Which role is ours.</param>
    /// <param name="compression">Ours; null: the defaults.</param>
    /// <param name="maxMessageBytes">The limit of an inflated message.</param>
    /// <param name="maxFragments">The limit of its frames.</param>
    /// <param name="serve">What our side does with each connection; null: it echoes.</param>
    public static async Task<DeflateSide> StartAsync(
        string role, CompressionOptions? compression = null, long maxMessageBytes = 1024 * 1024, int maxFragments = 1024, Func<WebSocketConnection, Task>? serve = null)
    {
        compression ??= new();
        serve ??= TestServer.EchoAsync;
        if (role == Client)
            return new(serve, client: new() { Compression = compression, MaxMessageBytes = maxMessageBytes, MaxFragments = maxFragments, Proxy = WebSocketProxy.None });

        DeflateSide? side = null;
        TestServer server = await TestServer.StartAsync(
            server => server.Map("/", connection => side!.ServeAsync(connection)),
            new() { Defaults = new() { Compression = compression, MaxMessageBytes = maxMessageBytes, MaxFragments = maxFragments } });
        return side = new(serve, server);
    }

    /// <summary>Opens a connection between a bare peer and our side.</summary>
    /// <param name="wish">What the peer asks for or grants; null: the offer of browsers, and both directions as our side wants them.</param>
    /// <param name="isPlain">Without the extension.</param>
    public Task<DeflatePeer> OpenAsync(DeflateWish? wish = null, bool isPlain = false) =>
        _server is null ? AcceptAsync(wish, isPlain) : ConnectAsync(_server, wish, isPlain);

    public async ValueTask DisposeAsync()
    {
        _listener?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task<DeflatePeer> ConnectAsync(TestServer server, DeflateWish? wish, bool isPlain)
    {
        TaskCompletionSource<WebSocketConnection> opening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_opening)
            _opening.Enqueue(opening);
        (RawPeer peer, string? answer) = await DeflateHandshake.OpenAsync(server.Endpoint, "/", isPlain ? null : wish?.Offer ?? Offer);
        return new DeflatePeer(peer, isPlain ? null : AgreedDeflate.Read(answer), await opening.Task.WaitAsync(Ct));
    }

    private async Task<DeflatePeer> AcceptAsync(DeflateWish? wish, bool isPlain)
    {
        int port = ((IPEndPoint)_listener!.LocalEndPoint!).Port;
        Task<WebSocketConnection> connecting = WebSocketClient.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/"), _client!, Ct);
        RawPeer peer = await RawPeer.AcceptAsync(_listener, Ct);
        RawRequest request = await peer.ReadRequestAsync();
        string? answer = isPlain ? null : wish?.Answer ?? Grant(request["Sec-WebSocket-Extensions"]!);
        await peer.SendAsync(ScriptedServer.Accepting(request, DeflateHandshake.Header(answer)));
        WebSocketConnection connection = await connecting;
        _ = ServeUntilEndAsync(connection);
        return new DeflatePeer(peer, isPlain ? null : AgreedDeflate.Read(answer), connection);
    }

    /// <summary>An answer that takes the offer as it is.</summary>
    private static string Grant(string offer) => string.Join("; ", offer.Split("; ").Where(parameter => parameter != "client_max_window_bits"));

    private Task ServeAsync(WebSocketConnection connection)
    {
        lock (_opening)
            _opening.Dequeue().SetResult(connection);
        return _serve(connection);
    }

    private async Task ServeUntilEndAsync(WebSocketConnection connection)
    {
        await using (connection)
        {
            try
            {
                await _serve(connection);
            }
            catch (WebSocketClosedException)
            {
            }
        }
    }
}
