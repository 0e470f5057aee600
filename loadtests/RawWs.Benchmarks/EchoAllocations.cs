using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RawWs.Benchmarks;

/// <summary>Counts what the process allocates while it echoes messages over a real socket to a client that allocates nothing.</summary>
internal static class EchoAllocations
{
    private const int WarmUp = 50_000;
    private const int PayloadSize = 64;
    private const int ServerHeaderSize = 2;

    public static async Task RunAsync(int messages)
    {
        WebSocketServerOptions options = new() { Listen = { "ws://127.0.0.1:0" } };
        await using WebSocketServer server = new(options);
        server.Map("/pull", static async connection =>
        {
            await foreach (WebSocketMessage message in connection.ReadAllAsync())
                await connection.SendAsync(message);
        });
        server.Map<Push>("/push");
        await server.StartAsync();

        Console.WriteLine($"{messages:N0} messages of {PayloadSize} bytes, echoed; bytes allocated by the whole process, client included");
        foreach (string path in (string[])["/pull", "/push"])
            foreach (int inFlight in (int[])[1, 16])
            {
                long bytes = Measure(server.Endpoints[0], path, messages, inFlight);
                Console.WriteLine($"{path}, {inFlight,2} in flight: {bytes,10:N0} bytes, {(double)bytes / messages:F4} for each message");
            }
        await server.StopAsync(TimeSpan.Zero);
    }

    private static long Measure(Uri server, string path, int messages, int inFlight)
    {
        using Socket socket = Connect(server, path);
        byte[] request = ClientFrames.Make(PayloadSize, inFlight);
        byte[] reply = new byte[(ServerHeaderSize + PayloadSize) * inFlight];
        Echo(socket, request, reply, WarmUp / inFlight);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Echo(socket, request, reply, messages / inFlight);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static void Echo(Socket socket, byte[] request, byte[] reply, int times)
    {
        for (int i = 0; i < times; i++)
        {
            socket.Send(request.AsSpan());
            for (int got = 0; got < reply.Length;)
            {
                int count = socket.Receive(reply.AsSpan(got));
                if (count == 0) throw new EndOfStreamException("The server ended the connection.");
                got += count;
            }
        }
    }

    private static Socket Connect(Uri server, string path)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(new IPEndPoint(IPAddress.Parse(server.Host), server.Port));
        socket.Send(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: {server.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"));
        byte[] response = new byte[4096];
        int length = 0;
        while (!response.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            int count = socket.Receive(response.AsSpan(length));
            if (count == 0) throw new EndOfStreamException("The server refused the connection.");
            length += count;
        }
        return socket;
    }

    private sealed class Push : WebSocketEndpoint
    {
        public override ValueTask OnMessageAsync(WebSocketConnection connection, WebSocketMessage message) => connection.SendAsync(message);
    }
}
