using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RawWs.Tests.Support;

/// <summary>A server that does to each connection what a test's script says, byte by byte, and then waits for the client to end it.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Task> _connections = [];
    private readonly Task _accepting;

    private ScriptedServer(Func<RawPeer, Task> script)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync(script);
    }

    public int Port { get; }

    public Uri Endpoint => new($"ws://127.0.0.1:{Port}/");

    /// <summary>How many connections there have been.</summary>
    public int Accepted => _connections.Count;

    public static ScriptedServer Start(Func<RawPeer, Task> script) => new(script);

    /// <summary>The 101 that an honest server answers a request with (RFC 6455 section 4.2.2).</summary>
    public static string Accepting(RawRequest request, string extra = "") =>
        $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {request.Accept}\r\n{extra}\r\n";

    /// <summary>Waits until every script is through, and the client has ended each connection; throws what a script threw.</summary>
    public async Task FinishAsync()
    {
        foreach (Task connection in _connections)
            await connection;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<RawPeer, Task> script)
    {
        try
        {
            while (true)
            {
                RawPeer client = await RawPeer.AcceptAsync(_listener, _stop.Token);
                Task<Task> run = new(() => RunAsync(client, script));
                _connections.Enqueue(run.Unwrap());                     // counted before the client can notice anything
                run.Start(TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException && _stop.IsCancellationRequested)
        {
        }
    }

    private static async Task RunAsync(RawPeer client, Func<RawPeer, Task> script)
    {
        await using (client)
        {
            await script(client);
            await client.WaitForEndAsync();
        }
    }
}
