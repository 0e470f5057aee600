using RawWs.Tests.Conformance;
using Xunit;

namespace RawWs.Tests.Support;

/// <summary>A bare peer, and the connection of ours that it talks to.</summary>
internal sealed class DeflatePeer(RawPeer raw, AgreedDeflate? agreed, WebSocketConnection ours) : IAsyncDisposable
{
    public const int Rsv1 = 4;

    public RawPeer Raw => raw;

    /// <summary>What both sides agreed on; <see langword="null"/> without compression.</summary>
    public AgreedDeflate? Agreed => agreed;

    public WebSocketConnection Ours => ours;

    /// <summary>Whether the peer's messages may refer to each other.</summary>
    public bool MayTakeOver => raw.IsServer ? agreed!.ServerTakeover : agreed!.ClientTakeover;

    /// <summary>Whether ours may.</summary>
    public bool OursMayTakeOver => raw.IsServer ? agreed!.ClientTakeover : agreed!.ServerTakeover;

    /// <summary>A compressed message in one frame.</summary>
    public Task SendCompressedAsync(byte[] payload, int opcode = RawFrame.Binary) => raw.SendAsync(new RawFrame(opcode, payload, Rsv: Rsv1));

    /// <summary>Frames given as hex, each unmasked in its shortest form: opcode with bits, then payload. They are sent in one piece, masked if need be.</summary>
    public async Task SendFramesAsync(params IEnumerable<RawFrame> frames)
    {
        using MemoryStream all = new();
        foreach (RawFrame frame in frames)
            all.Write(frame.ToBytes(isMasked: !raw.IsServer));
        await raw.SendAsync(all.ToArray());
    }

    /// <summary>A message comes back, compressed or not.</summary>
    public async Task AssertNextAsync(ReadOnlyMemory<byte> content)
    {
        RawFrame frame = await raw.ReadFrameAsync();
        Assert.True(frame is { Opcode: RawFrame.Text or RawFrame.Binary, IsFinal: true, Rsv: 0 or Rsv1 }, $"Expected a message, got a {frame}");
        byte[] actual = frame.Rsv == 0 ? frame.Payload.ToArray() : PeerInflater.InflateOne(frame.Payload.Span);
        Assert.True(content.Span.SequenceEqual(actual), $"Expected {content.Length} bytes, got {actual.Length}, or other ones");
    }

    /// <summary>Our side fails the connection: a close frame with that code and a reason comes next, and the end of the stream.</summary>
    public async Task AssertFailedAsync(int code, string why)
    {
        RawFrame close = await raw.ReadFrameAsync();
        Assert.True((close.Opcode, close.CloseCode) == (RawFrame.Close, code), $"{why}: expected a close with {code}, got a {close}");
        Assert.NotEqual("", close.CloseReason);
        await raw.WaitForEndAsync();
        WebSocketCloseResult result = await ours.Completion.WaitAsync(TestContext.Current.CancellationToken);
        WebSocketProtocolException violation = Assert.IsType<WebSocketProtocolException>(result.Error);
        Assert.Equal((code, WebSocketCloseInitiator.Local, false), ((int)violation.CloseStatus, result.Initiator, result.IsClean));
    }

    public async ValueTask DisposeAsync()
    {
        await raw.DisposeAsync();
        ours.Abort();
        await ours.Completion;
    }
}
