using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RawWs.Client;
using RawWs.Connection;
using RawWs.Protocol.Framing;
using RawWs.Protocol.Handshake;
using RawWs.Server;
using RawWs.Transport;

namespace RawWs;

/// <summary>Two connected ends in memory: the whole protocol without a socket, for tests of handlers.</summary>
public static class WebSocketPair
{
    /// <summary>Makes a pair, open on both sides.</summary>
    /// <param name="options">The options of both ends; by default the usual ones. With compression, the ends agree as a client and a server with these options would.</param>
    /// <param name="timeProvider">The clock of all deadlines; by default the system's.</param>
    /// <returns>The server's end and the client's end.</returns>
    /// <exception cref="ArgumentException">An option is out of range; the message names all that are.</exception>
    public static (WebSocketConnection Server, WebSocketConnection Client) Create(
        WebSocketEndpointOptions? options = null, TimeProvider? timeProvider = null)
    {
        (MemoryConnection left, MemoryConnection right) = MemoryConnection.CreatePair(timeProvider ?? TimeProvider.System, PipeScheduler.ThreadPool);
        options ??= new();
        OptionProblems problems = new();
        problems.Check("", options);
        problems.ThrowIfAny();
        using CompressionOffer? offer = options.Compression is { } compression && WebSocketCompression.IsAvailable ? new(compression, KeptContexts.Shared) : null;
        RequestHead head = Request(offer);
        PerMessageDeflate? deflate = offer is null ? null : new CompressionAgreement(NullLogger.Instance, KeptContexts.Shared).Agree(head, options.Compression!);
        return (Open(left, Role.Server, options, head, deflate), Open(right, Role.Client, options, head, deflate is null ? null : offer!.Take(deflate.Agreed)));
    }

    /// <summary>What the client's end would have asked for.</summary>
    private static RequestHead Request(CompressionOffer? offer)
    {
        string extensions = offer is null ? "" : $"Sec-WebSocket-Extensions: {offer.Deflate}\r\n";
        ReadOnlySequence<byte> request = new(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: localhost\r\n{extensions}\r\n"));
        return new RequestReader(new HeadLimits(0, 0, 0)).TryRead(ref request, out RequestHead? head)
            ? head
            : throw new InvalidOperationException("The pair's own request is not complete.");
    }

    private static WebSocketConnection Open(
        MemoryConnection transport, Role role, WebSocketEndpointOptions options, RequestHead head, PerMessageDeflate? deflate)
    {
        ProtocolConnection core = new(transport, role, options, deflate);
        WebSocketConnection connection = new(core, new HttpRequest(head, null, new Dictionary<string, string>(), null), null);
        connection.Start();
        return connection;
    }
}
