using RawWs.Tests.Conformance;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>However many peers want contexts, no more are kept than <see cref="WebSocketCompression.MaxContexts"/>: who comes late does without, and what is unfinished for longest fails.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class ContextLimitTests : IDisposable
{
    private const int Max = 8;
    private const int Peers = 20;

    /// <summary>Those that wait in pools or are at work: two for each processor and kind.</summary>
    private static readonly int Borrowed = 2 * 2 * Environment.ProcessorCount;

    private static readonly byte[] Message = CompressionData.Json.Cut(0, 20_000);

    private readonly int _max = WebSocketCompression.MaxContexts;

    public ContextLimitTests() => WebSocketCompression.MaxContexts = Max;

    public void Dispose() => WebSocketCompression.MaxContexts = _max;

    [Theory]
    [MemberData(nameof(DeflateSide.Roles), MemberType = typeof(DeflateSide))]
    public async Task Connections_beyond_it_agree_on_no_takeover_and_all_are_served(string role)
    {
        int before = LiveContexts.Count();
        await using (DeflateSide side = await DeflateSide.StartAsync(role, new() { ServerTakeover = true, ClientTakeover = true }))
        {
            List<DeflatePeer> peers = await OpenAsync(side);
            PeerDeflater[] deflaters = [.. peers.Select(peer => new PeerDeflater(peer.MayTakeOver))];
            Assert.InRange(peers.Count(peer => peer.MayTakeOver), 1, Max - 1);
            for (int round = 0; round < 3; round++)
            {
                for (int i = 0; i < Peers; i++)
                {
                    await peers[i].SendCompressedAsync(deflaters[i].Deflate(Message));
                    await peers[i].AssertNextAsync(Message);
                }
            }

            Assert.InRange(WebSocketCompression.LiveContexts - before, 1, Max + Borrowed);
            await CloseAsync(peers);
        }

        await LiveContexts.WaitForAsync(before);
    }

    [Theory]
    [MemberData(nameof(DeflateSide.Roles), MemberType = typeof(DeflateSide))]
    public async Task Message_that_is_unfinished_for_longest_fails_with_1013(string role)
    {
        byte[] payload = PeerDeflater.DeflateOne(Message);
        int half = payload.Length / 2;
        int before = LiveContexts.Count();
        await using (DeflateSide side = await DeflateSide.StartAsync(role))
        {
            List<DeflatePeer> peers = await OpenAsync(side);
            foreach (DeflatePeer peer in peers)
            {
                await peer.SendFramesAsync(
                    new RawFrame(RawFrame.Text, payload.AsMemory(0, half), IsFinal: false, Rsv: DeflatePeer.Rsv1), new RawFrame(RawFrame.Ping, default));
                Assert.Equal(RawFrame.Pong, (await peer.Raw.ReadFrameAsync()).Opcode);
            }

            Assert.InRange(WebSocketCompression.LiveContexts - before, Max, Max + Borrowed);
            await using (DeflatePeer honest = await side.OpenAsync())
            {
                await honest.SendCompressedAsync(payload);              // a whole message needs no place
                await honest.AssertNextAsync(Message);
            }

            for (int i = 0; i < Peers; i++)
            {
                await peers[i].SendFramesAsync(new RawFrame(RawFrame.Continuation, payload.AsMemory(half)));
                if (i < Peers - Max) await peers[i].AssertFailedAsync(1013, $"message {i}");
                else await peers[i].AssertNextAsync(Message);
            }

            await CloseAsync(peers);
        }

        await LiveContexts.WaitForAsync(before);
    }

    private static async Task<List<DeflatePeer>> OpenAsync(DeflateSide side)
    {
        List<DeflatePeer> peers = [];
        for (int i = 0; i < Peers; i++)
            peers.Add(await side.OpenAsync());
        return peers;
    }

    private static async Task CloseAsync(List<DeflatePeer> peers)
    {
        foreach (DeflatePeer peer in peers)
            await peer.DisposeAsync();
    }
}
