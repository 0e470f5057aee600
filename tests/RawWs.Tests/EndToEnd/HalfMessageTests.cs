using RawWs.Tests.Conformance;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>Compressed messages that never come whole.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class HalfMessageTests
{
    /// <summary>The turn of the loop ends with the last byte that came: the part of a message that is there must reach its reader all the same.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData(DeflateSide.Server)]
    [InlineData(DeflateSide.Client)]
    public async Task Part_of_a_message_is_offered_when_a_turn_ends_with_the_input(string role)
    {
        const int whole = 26;                                           // of 10,000 bytes: one more than a turn is over in
        byte[] message = new byte[10_000];                              // all of them come in one read
        byte[] payload = PeerDeflater.DeflateOne(message);
        byte[] beginning = [.. PeerDeflater.DeflateOne(message.AsSpan(0, 3000).ToArray()), .. PeerDeflater.Tail];
        await using DeflateSide side = await DeflateSide.StartAsync(role, serve: async connection =>
        {
            byte[] buffer = new byte[message.Length];
            for (int i = 0; i < whole; i++)
                await (await connection.ReceiveStreamAsync())!.ReadExactlyAsync(buffer);
            await (await connection.ReceiveStreamAsync())!.ReadExactlyAsync(buffer.AsMemory(0, 3000));
            await connection.SendAsync(buffer.AsMemory(0, 3000), new SendOptions { Compress = MessageCompression.Never });
        });
        await using DeflatePeer peer = await side.OpenAsync();
        await peer.SendFramesAsync(
        [
            .. Enumerable.Range(0, whole).Select(_ => new RawFrame(RawFrame.Binary, payload, Rsv: DeflatePeer.Rsv1)),
            new RawFrame(RawFrame.Binary, beginning, IsFinal: false, Rsv: DeflatePeer.Rsv1),
        ]);
        await peer.AssertNextAsync(message.AsMemory(0, 3000));
    }

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
