using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using RawWs.Connection;
using RawWs.Protocol.Framing;
using RawWs.Protocol.Handshake;
using RawWs.Transport;
using Xunit;

namespace RawWs.Tests.Adapters;

/// <summary>What a script is run over: the framework's own WebSockets and ours, each with a scripted peer.</summary>
internal static class Subjects
{
    /// <summary>The transcript of a script over a connection of ours.</summary>
    public static async Task<string> OursAsync(bool isServer, Func<Conversation, Task> script, WebSocketEndpointOptions? options = null)
    {
        (MemoryConnection near, MemoryConnection far) = MemoryConnection.CreatePair(TimeProvider.System, PipeScheduler.ThreadPool);
        ReadOnlySequence<byte> request = new("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        Assert.True(new RequestReader(new HeadLimits(0, 0, 0)).TryRead(ref request, out RequestHead? head));
        WebSocketConnection connection = new(
            new ProtocolConnection(near, isServer ? Role.Server : Role.Client, options ?? new()), new HttpRequest(head, null, new Dictionary<string, string>(), null), "chat");
        WebSocket socket = connection.AsWebSocket();
        connection.Start();
        using ScriptedPeer peer = new(far.Input.AsStream(), far.Output.AsStream(), isServer, () => far.Output.Complete());
        string transcript = await RunAsync(socket, peer, script);
        await connection.Completion.WaitAsync(ScriptedPeer.SafetyNet);
        return transcript;
    }

    /// <summary>The transcript of a script over the framework's WebSocket on a stream.</summary>
    public static async Task<string> FrameworkAsync(bool isServer, Func<Conversation, Task> script)
    {
        (DuplexStream near, DuplexStream far) = DuplexStream.CreatePair();
        WebSocket socket = WebSocket.CreateFromStream(near, isServer, "chat", Timeout.InfiniteTimeSpan);
        using ScriptedPeer peer = new(far, far, isServer, far.EndOutput);
        return await RunAsync(socket, peer, script);
    }

    /// <summary>The transcript of a script over the framework's client, on a socket.</summary>
    public static async Task<string> FrameworkClientAsync(Func<Conversation, Task> script)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using ClientWebSocket socket = new();
        socket.Options.AddSubProtocol("chat");
        socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        Task connect = socket.ConnectAsync(new Uri($"ws://{listener.LocalEndpoint}/"), CancellationToken.None);
        using Socket accepted = await listener.AcceptSocketAsync().WaitAsync(ScriptedPeer.SafetyNet);
        accepted.NoDelay = true;
        using NetworkStream stream = new(accepted);
        await AcceptAsync(stream).WaitAsync(ScriptedPeer.SafetyNet);
        await connect.WaitAsync(ScriptedPeer.SafetyNet);
        using ScriptedPeer peer = new(stream, stream, isClient: false, () => accepted.Shutdown(SocketShutdown.Send));
        return await RunAsync(socket, peer, script);
    }

    private static async Task<string> RunAsync(WebSocket socket, ScriptedPeer peer, Func<Conversation, Task> script)
    {
        Conversation conversation = new(socket, peer);
        await script(conversation);
        socket.Dispose();
        peer.End();
        return conversation.Transcript;
    }

    /// <summary>Answers an opening handshake (RFC 6455 section 4.2.2) as shortly as can be.</summary>
    private static async Task AcceptAsync(NetworkStream stream)
    {
        StringBuilder request = new();
        byte[] one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1)
            request.Append((char)one[0]);
        string key = request.ToString().Split("\r\n").Single(static line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':')[1].Trim();
#pragma warning disable CA5350 // the handshake is made of SHA-1
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: chat\r\n\r\n"));
    }
}
