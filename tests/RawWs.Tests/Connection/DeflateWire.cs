using RawWs.Connection;
using RawWs.Diagnostics;
using RawWs.Protocol.Compression;
using RawWs.Protocol.Framing;
using RawWs.Tests.Protocol.Compression;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Connection;

/// <summary>A connection in memory whose two ends agreed on compression, and the peer's own deflater and inflater. Its contexts are kept apart from those of the process, by a clock turned by hand.</summary>
internal sealed class DeflateWire : IDisposable
{
    public const int Rsv1 = 4;

    private readonly PeerDeflater _deflater;
    private readonly PeerInflater _inflater;

    /// <param name="isServer">Our role.</param>
    /// <param name="takeover">Whether messages may refer to earlier ones, in both directions.</param>
    /// <param name="compression">The options, but for takeover.</param>
    /// <param name="options">The options of the connection.</param>
    /// <param name="contexts">Shared with other wires; else its own.</param>
    /// <param name="sendBits">The window of what we send.</param>
    /// <param name="log">Sees each frame.</param>
    public DeflateWire(
        bool isServer, bool takeover = false, CompressionOptions? compression = null, WebSocketEndpointOptions? options = null,
        DeflateContexts? contexts = null, int? sendBits = null, FrameLog? log = null)
    {
        Kept = contexts ?? new();
        if (takeover)
            Assert.True(Kept.Contexts.TryPin());
        DeflateParameters agreed = new(!takeover, !takeover, isServer ? sendBits : null, isServer ? null : sendBits);
        CompressionOptions own = (compression ?? new()) with { ServerTakeover = takeover, ClientTakeover = takeover };
        Deflate = new(isServer ? Role.Server : Role.Client, agreed, own, Kept.Contexts);
        Wire = new(isServer, options, Deflate, log);
        _deflater = new(takeover);
        _inflater = new(takeover);
    }

    public DeflateContexts Kept { get; }

    public KeptContexts Contexts => Kept.Contexts;

    public PerMessageDeflate Deflate { get; }

    public Wire Wire { get; }

    public WebSocketConnection Connection => Wire.Connection;

    public CompressionStatistics Statistics => Connection.Compression!.Value;

    /// <summary>What compresses well.</summary>
    public static byte[] Prose(int size, int seed = 0) => Samples.Text(new Random(seed), size);

    /// <summary>What does not compress.</summary>
    public static byte[] Noise(int size, int seed = 0) => Samples.Random(new Random(seed), size);

    /// <summary>A frame as the peer sends it, compressed by its deflater.</summary>
    public RawFrame Compressed(byte[] message, int opcode = RawFrame.Binary) => new(opcode, _deflater.Deflate(message), Rsv: Rsv1);

    /// <summary>The peer sends a compressed message.</summary>
    public void Receive(byte[] message) => Wire.Receive(Compressed(message));

    /// <summary>The bytes of many frames.</summary>
    public byte[] FromPeer(params IEnumerable<RawFrame> frames) => [.. frames.SelectMany(frame => Wire.FromPeer(frame))];

    /// <summary>What a whole frame says: the peer reads it, compressed or not.</summary>
    public byte[] Read(RawFrame frame)
    {
        Assert.True(frame.IsFinal, frame.ToString());
        return Inflate(frame.Rsv, frame.Payload.Span);
    }

    /// <summary>The next message of whatever frames, and whether it was compressed.</summary>
    public async Task<(byte[] Message, bool IsCompressed)> NextAsync()
    {
        List<byte> payload = [];
        RawFrame first = await Wire.NextAsync();
        payload.AddRange(first.Payload.Span);
        for (RawFrame frame = first; !frame.IsFinal;)
        {
            frame = await Wire.NextAsync();
            Assert.Equal((RawFrame.Continuation, 0), (frame.Opcode, frame.Rsv));        // RFC 7692 section 6.1
            payload.AddRange(frame.Payload.Span);
        }
        return (Inflate(first.Rsv, [.. payload]), first.Rsv == Rsv1);
    }

    public Task SendAsync(byte[] message, MessageCompression choice = MessageCompression.Auto, CancellationToken ct = default) =>
        Connection.SendAsync(message, System.Net.WebSockets.WebSocketMessageType.Binary, new SendOptions { Compress = choice }, ct).AsTask();

    /// <summary>The peer goes away, and nothing is kept for it any more.</summary>
    public async Task EndAsync()
    {
        Wire.Forget();
        await Wire.Within(Connection.Completion);
        await Wire.Until(() => Contexts.Count == 0);
    }

    public void Dispose()
    {
        _deflater.Dispose();
        _inflater.Dispose();
    }

    private byte[] Inflate(int rsv, ReadOnlySpan<byte> payload)
    {
        if (rsv == 0)
            return payload.ToArray();
        Assert.Equal(Rsv1, rsv);
        return _inflater.Inflate(payload);
    }
}
