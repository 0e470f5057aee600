using RawWs.Tests.Conformance;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>However many peers want contexts, no more are kept than <see cref="WebSocketCompression.MaxContexts"/>: who comes late does without, and the message that went on least lately fails.</summary>
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
    public async Task Message_that_went_on_least_lately_fails_with_1013_at_once(string role)
    {
        byte[] payload = PeerDeflater.DeflateOne(Message);
        int half = payload.Length / 2;
        int before = LiveContexts.Count();
        await using (DeflateSide side = await DeflateSide.StartAsync(role))
        {
            List<DeflatePeer> peers = await OpenAsync(side);
            foreach (DeflatePeer peer in peers)
                await SendHalfAsync(peer, payload);

            Assert.InRange(WebSocketCompression.LiveContexts - before, Max, Max + Borrowed);
            await using (DeflatePeer honest = await side.OpenAsync())
            {
                await honest.SendCompressedAsync(payload);              // a whole message needs no place
                await honest.AssertNextAsync(Message);
            }

            for (int i = 0; i < Peers; i++)
            {
                if (i < Peers - Max)
                {
                    await peers[i].AssertFailedAsync(1013, $"message {i}");
                    continue;
                }

                await peers[i].SendFramesAsync(new RawFrame(RawFrame.Continuation, payload.AsMemory(half)));
                await peers[i].AssertNextAsync(Message);
            }

            await CloseAsync(peers);
        }

        await LiveContexts.WaitForAsync(before);
    }

    /// <summary>What does not shrink leaves a deflater with text that the peer never got: it is dropped, and so must be its place.</summary>
    [Theory]
    [MemberData(nameof(DeflateSide.Roles), MemberType = typeof(DeflateSide))]
    public async Task Deflater_that_was_of_no_use_takes_no_place(string role)
    {
        byte[] noise = new byte[2000];
        new Random(1).NextBytes(noise);
        byte[] payload = PeerDeflater.DeflateOne(Message);
        bool isServer = role == DeflateSide.Server;
        await using DeflateSide side = await DeflateSide.StartAsync(role, new() { ServerTakeover = isServer, ClientTakeover = !isServer });
        List<DeflatePeer> peers = await OpenAsync(side);
        Assert.True(peers[0].OursMayTakeOver);
        foreach (DeflatePeer peer in peers)
        {
            await peer.SendFramesAsync(new RawFrame(RawFrame.Binary, noise));
            await peer.AssertNextAsync(noise);
        }

        await SendHalfAsync(peers[0], payload);
        await peers[0].SendFramesAsync(new RawFrame(RawFrame.Continuation, payload.AsMemory(payload.Length / 2)));
        await peers[0].AssertNextAsync(Message);
        await CloseAsync(peers);
    }

    [Theory]
    [MemberData(nameof(DeflateSide.Roles), MemberType = typeof(DeflateSide))]
    public async Task New_connection_takes_no_place_from_a_message_in_progress(string role)
    {
        byte[] payload = PeerDeflater.DeflateOne(Message);
        await using DeflateSide side = await DeflateSide.StartAsync(role, new() { ServerTakeover = true, ClientTakeover = true });
        List<DeflatePeer> peers = [];
        for (int i = 0; i < Max; i++)
        {
            peers.Add(await side.OpenAsync(new DeflateWish(NoContextTakeover: true)));
            await SendHalfAsync(peers[i], payload);
        }

        for (int i = 0; i < Max; i++)
        {
            peers.Add(await side.OpenAsync());
            Assert.False(peers[^1].MayTakeOver);
        }

        for (int i = 0; i < Max; i++)
        {
            await peers[i].SendFramesAsync(new RawFrame(RawFrame.Continuation, payload.AsMemory(payload.Length / 2)));
            await peers[i].AssertNextAsync(Message);
        }

        await CloseAsync(peers);
    }

    private static async Task SendHalfAsync(DeflatePeer peer, byte[] payload)
    {
        await peer.SendFramesAsync(
            new RawFrame(RawFrame.Text, payload.AsMemory(0, payload.Length / 2), IsFinal: false, Rsv: DeflatePeer.Rsv1), new RawFrame(RawFrame.Ping, default));
        Assert.Equal(RawFrame.Pong, (await peer.Raw.ReadFrameAsync()).Opcode);
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
