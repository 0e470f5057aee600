using System.Net.WebSockets;
using RawWs.Tests.Connection;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Adapters;

/// <summary>The framework's own consumer of a WebSocket works on ours.</summary>
public sealed class WebSocketStreamTests
{
    private const int Size = 1024 * 1024;

    [Fact]
    public async Task Streams_over_both_roles_carry_bytes_both_ways_and_end_by_dispose()
    {
        (WebSocketConnection server, WebSocketConnection client) = WebSocketPair.Create();
        WebSocketStream near = WebSocketStream.Create(server.AsWebSocket(), WebSocketMessageType.Binary, ownsWebSocket: true);
        WebSocketStream far = WebSocketStream.Create(client.AsWebSocket(), WebSocketMessageType.Binary, ownsWebSocket: true);
        Task sends = Task.WhenAll(SendAsync(near, seed: 1), SendAsync(far, seed: 2));
        Assert.Equal(Wire.Pattern(Size, 2), await Within(ReadAsync(near)));
        Assert.Equal(Wire.Pattern(Size, 1), await Within(ReadAsync(far)));
        await Within(sends);

        Task disposed = near.DisposeAsync().AsTask();
        Assert.Equal(0, await Within(far.ReadAsync(new byte[1]).AsTask()));
        await Within(far.DisposeAsync().AsTask());
        await Within(disposed);
        Assert.Equal(WebSocketState.Closed, near.WebSocket.State);
        Assert.Equal(WebSocketState.Closed, far.WebSocket.State);
        Assert.True((await Within(server.Completion)).IsClean);
        Assert.True((await Within(client.Completion)).IsClean);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_is_written_and_read_as_a_stream(bool isServer)
    {
        (WebSocketConnection server, WebSocketConnection client) = WebSocketPair.Create();
        (WebSocketConnection near, WebSocketConnection far) = isServer ? (server, client) : (client, server);
        WebSocket sender = near.AsWebSocket();
        WebSocket receiver = far.AsWebSocket();
        for (int message = 0; message < 3; message++)
        {
            Task sent = SendMessageAsync(sender, message);
            using MemoryStream all = new();
            await using (Stream parts = WebSocketStream.CreateReadableMessageStream(receiver))
                await Within(parts.CopyToAsync(all));
            await Within(sent);
            Assert.Equal(Wire.Pattern(Size, message), all.ToArray());
        }
        Assert.Equal(WebSocketState.Open, sender.State);
        Assert.Equal(WebSocketState.Open, receiver.State);
        sender.Dispose();
        receiver.Dispose();
    }

    [Fact]
    public async Task A_handler_serves_the_frameworks_client_with_streams_on_both_sides()
    {
        await using TestServer server = await TestServer.StartAsync(static server => server.Map("/stream", static async connection =>
        {
            await using WebSocketStream stream = WebSocketStream.Create(connection.AsWebSocket(), WebSocketMessageType.Binary, ownsWebSocket: true);
            await stream.CopyToAsync(stream);
        }));
        using ClientWebSocket client = new();
        await Within(client.ConnectAsync(new Uri(server.Endpoint, "/stream"), CancellationToken.None));
        WebSocketStream near = WebSocketStream.Create(client, WebSocketMessageType.Binary, ownsWebSocket: true);
        Task sent = SendAsync(near, seed: 3);
        Assert.Equal(Wire.Pattern(Size, 3), await Within(ReadAsync(near)));
        await Within(sent);
        await Within(near.DisposeAsync().AsTask());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
        await server.WaitForConnectionsAsync(0);
    }

    private static async Task SendAsync(Stream stream, int seed)
    {
        byte[] all = Wire.Pattern(Size, seed);
        for (int i = 0; i < Size; i += 10_000)
            await stream.WriteAsync(all.AsMemory(i, Math.Min(10_000, Size - i)));
    }

    private static async Task SendMessageAsync(WebSocket socket, int seed)
    {
        await using Stream parts = WebSocketStream.CreateWritableMessageStream(socket, WebSocketMessageType.Binary);
        await SendAsync(parts, seed);
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        byte[] all = new byte[Size];
        await stream.ReadExactlyAsync(all);
        return all;
    }

    private static Task Within(Task task) => task.WaitAsync(ScriptedPeer.SafetyNet);

    private static Task<T> Within<T>(Task<T> task) => task.WaitAsync(ScriptedPeer.SafetyNet);
}
