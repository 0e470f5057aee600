using RawWs.Tests.Conformance;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>Compressed messages that never come whole.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class HalfMessageTests
{
    /// <summary>Half a compressed message waits for its rest, and holds a context; the peer goes away.</summary>
    [Theory]
    [InlineData(DeflateSide.Server, false, false)]
    [InlineData(DeflateSide.Server, false, true)]
    [InlineData(DeflateSide.Server, true, false)]
    [InlineData(DeflateSide.Server, true, true)]
    [InlineData(DeflateSide.Client, false, false)]
    [InlineData(DeflateSide.Client, false, true)]
    [InlineData(DeflateSide.Client, true, false)]
    [InlineData(DeflateSide.Client, true, true)]
    public async Task Half_messages_of_peers_that_go_away_leave_no_context(string role, bool takeover, bool isReset)
    {
        const int peers = 20;
        byte[] message = CompressionData.Json.Cut(0, 50_000);
        byte[] payload = PeerDeflater.DeflateOne(message);
        await using DeflateSide side = await DeflateSide.StartAsync(role, new() { ServerTakeover = takeover, ClientTakeover = takeover });
        int before = LiveContexts.Count();
        List<DeflatePeer> opened = [];
        for (int i = 0; i < peers; i++)
        {
            DeflatePeer peer = await side.OpenAsync();
            opened.Add(peer);
            await peer.SendCompressedAsync(payload);
            await peer.AssertNextAsync(message);
            await peer.SendFramesAsync(
                new RawFrame(RawFrame.Text, payload.AsMemory(0, 1 + i * payload.Length / peers), IsFinal: false, Rsv: DeflatePeer.Rsv1), new RawFrame(RawFrame.Ping, default));
            Assert.Equal(RawFrame.Pong, (await peer.Raw.ReadFrameAsync()).Opcode);
        }

        Assert.InRange(WebSocketCompression.LiveContexts - before, peers, int.MaxValue);
        foreach (DeflatePeer peer in opened)
        {
            if (isReset) peer.Raw.Reset();
            else peer.Raw.HalfClose();
            await peer.Ours.Completion.WaitAsync(TestContext.Current.CancellationToken);
        }

        await LiveContexts.WaitForAsync(before);
        foreach (DeflatePeer peer in opened)
            await peer.DisposeAsync();
    }
}
