using System.Buffers;
using System.IO.Pipelines;
using RawWs.Connection;
using RawWs.Protocol.Framing;
using RawWs.Protocol.Handshake;
using RawWs.Transport;

namespace RawWs;

/// <summary>Two connected ends in memory: the whole protocol without a socket, for tests of handlers.</summary>
public static class WebSocketPair
{
    /// <summary>Makes a pair, open on both sides.</summary>
    /// <param name="options">The options of both ends; by default the usual ones.</param>
    /// <param name="timeProvider">The clock of all deadlines; by default the system's.</param>
    /// <returns>The server's end and the client's end.</returns>
    public static (WebSocketConnection Server, WebSocketConnection Client) Create(
        WebSocketEndpointOptions? options = null, TimeProvider? timeProvider = null)
    {
        (MemoryConnection left, MemoryConnection right) = MemoryConnection.CreatePair(timeProvider ?? TimeProvider.System, PipeScheduler.ThreadPool);
        return (Open(left, Role.Server, options ?? new()), Open(right, Role.Client, options ?? new()));
    }

    private static WebSocketConnection Open(MemoryConnection transport, Role role, WebSocketEndpointOptions options)
    {
        ReadOnlySequence<byte> request = new("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        if (!new RequestReader(new HeadLimits(0, 0, 0)).TryRead(ref request, out RequestHead? head))
            throw new InvalidOperationException("The pair's own request is not complete.");
        WebSocketConnection connection = new(
            new ProtocolConnection(transport, role, options), new HttpRequest(head, null, new Dictionary<string, string>(), null), null);
        connection.Start();
        return connection;
    }
}
