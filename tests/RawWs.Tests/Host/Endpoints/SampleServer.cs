using System.Net.WebSockets;
using System.Text;
using RawWs.Host.Endpoints;
using Xunit;

namespace RawWs.Tests.Host.Endpoints;

/// <summary>The program's routes on a free port of this process.</summary>
public class SampleServer : IAsyncLifetime
{
    private readonly WebSocketServer _server;

    public SampleServer()
        : this(null)
    {
    }

    private protected SampleServer(CompressionOptions? compression) =>
        _server = new(new WebSocketServerOptions { Listen = { "ws://127.0.0.1:0" }, Defaults = new() { Compression = compression } });

    public HttpClient Http { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Routes.Map(_server);
        await _server.StartAsync();
        Http.BaseAddress = new($"http://{_server.Endpoints[0].Authority}");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.StopAsync(TimeSpan.Zero);
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal async Task<SampleClient> ConnectAsync(string path, bool offersCompression = false)
    {
        ClientWebSocket socket = new();
        if (offersCompression)
            socket.Options.DangerousDeflateOptions = new();
        await socket.ConnectAsync(new Uri($"ws://{_server.Endpoints[0].Authority}{path}"), TestContext.Current.CancellationToken);
        return new(socket);
    }
}

/// <summary>The same, with compression.</summary>
public sealed class CompressingSampleServer() : SampleServer(new CompressionOptions());

/// <summary>The framework's own client, message by message.</summary>
internal sealed class SampleClient(ClientWebSocket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(byte[] payload, WebSocketMessageType type = WebSocketMessageType.Binary) =>
        socket.SendAsync(payload, type, endOfMessage: true, TestContext.Current.CancellationToken);

    /// <summary>The next message; a close is a message of that type.</summary>
    public async Task<(WebSocketMessageType Type, byte[] Payload)> ReceiveAsync()
    {
        using MemoryStream message = new();
        byte[] buffer = new byte[4096];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken).WaitAsync(Patience);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return (part.MessageType, message.ToArray());
    }

    public async Task<string> ReceiveTextAsync()
    {
        (WebSocketMessageType type, byte[] payload) = await ReceiveAsync();
        Assert.Equal(WebSocketMessageType.Text, type);
        return Encoding.UTF8.GetString(payload);
    }

    /// <summary>Waits for the server's close and gives its code and reason.</summary>
    public async Task<(int? Status, string? Reason)> ReceiveCloseAsync()
    {
        while ((await ReceiveAsync()).Type != WebSocketMessageType.Close)
            continue;
        return ((int?)socket.CloseStatus, socket.CloseStatusDescription);
    }

    public Task CloseAsync() => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", TestContext.Current.CancellationToken).WaitAsync(Patience);

    public void Dispose() => socket.Dispose();
}
