using System.IO.Compression;
using RawWs.Tests.Support;
using Xunit;
using static RawWs.Tests.EndToEnd.DeflateAttack;

namespace RawWs.Tests.EndToEnd;

/// <summary>Bombs: little on the wire, much behind it. The limit of a message counts what comes out, over all its fragments, and inflating stops there.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class HostileBombTests
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    /// <summary>What one attack may allocate in the whole process beyond the limit of a message, the test's own side included.</summary>
    private const long Bounded = 4 * MiB;

    /// <summary>1 GiB of zeros: a MiB of them stands alone, and so can follow itself.</summary>
    private static readonly Lazy<byte[]> Bomb = new(static () =>
    {
        byte[] once = [.. PeerDeflater.DeflateOne(new byte[MiB]), .. PeerDeflater.Tail];
        return [.. Enumerable.Repeat(once, 1024).SelectMany(static block => block), 0x00];
    });

    public static TheoryData<string> Roles => DeflateSide.Roles;

    /// <summary>It in one frame, as a peer of that role of ours sends it.</summary>
    internal static byte[] Bytes(string role) => new RawFrame(RawFrame.Binary, Bomb.Value, Rsv: DeflatePeer.Rsv1).ToBytes(isMasked: role == DeflateSide.Server);

    [Fact]
    public void Bomb_is_what_it_is_said_to_be()
    {
        Assert.InRange(Bomb.Value.Length, 1, 2 * MiB);
        using DeflateStream stream = new(new MemoryStream(Bomb.Value), CompressionMode.Decompress);
        byte[] buffer = new byte[MiB];
        long length = 0;
        for (int count = stream.Read(buffer); count > 0; count = stream.Read(buffer))
            length += count;
        Assert.Equal(1024L * MiB, length);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public Task Bomb_in_one_frame_is_1009(string role) => AttackAsync(role, MiB, [new RawFrame(RawFrame.Binary, Bomb.Value, Rsv: DeflatePeer.Rsv1)]);

    [Theory]
    [MemberData(nameof(Roles))]
    public Task Bomb_in_many_fragments_is_1009(string role) => AttackAsync(role, MiB, Fragments(Bomb.Value, 2 * KiB, isFinished: true));

    [Theory]
    [MemberData(nameof(Roles))]
    public Task Bomb_as_text_is_1009(string role) => AttackAsync(role, MiB, [new RawFrame(RawFrame.Text, Bomb.Value, Rsv: DeflatePeer.Rsv1)]);

    /// <summary>The message is not finished, and never will be.</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public Task Bomb_is_1009_as_soon_as_it_is_too_large(string role) =>
        AttackAsync(role, 100_000, [new RawFrame(RawFrame.Binary, Flushed(new byte[100_001]), IsFinal: false, Rsv: DeflatePeer.Rsv1)]);

    /// <summary>A limit that looks at the wire would let it pass.</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public Task Bomb_that_is_small_on_the_wire_is_1009(string role)
    {
        byte[] payload = PeerDeflater.DeflateOne(new byte[10 * MiB]);
        Assert.InRange(payload.Length, 1, 32 * KiB);
        return AttackAsync(role, 64 * KiB, [new RawFrame(RawFrame.Binary, payload, Rsv: DeflatePeer.Rsv1)]);
    }

    /// <summary>What lies 64 KiB behind the limit is never inflated: else it would be 1007.</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public Task Inflating_stops_within_64_KiB_of_the_limit(string role)
    {
        byte[] payload = [.. Flushed(new byte[100_000 + 64 * KiB]), 0xff, 0xff, 0xff];
        return AttackAsync(role, 100_000, [new RawFrame(RawFrame.Binary, payload, Rsv: DeflatePeer.Rsv1)]);
    }

    [Theory]
    [InlineData(DeflateSide.Server, 0)]
    [InlineData(DeflateSide.Server, 1)]
    [InlineData(DeflateSide.Server, 1000)]
    [InlineData(DeflateSide.Client, 0)]
    [InlineData(DeflateSide.Client, 1)]
    [InlineData(DeflateSide.Client, 1000)]
    public async Task Limit_may_be_reached_and_not_passed(string role, int fragmentBytes)
    {
        const int limit = 100_000;
        byte[] most = new byte[limit];
        new Random(1).NextBytes(most.AsSpan(0, 1000));
        await using DeflateSide side = await DeflateSide.StartAsync(role, maxMessageBytes: limit, maxFragments: 0);
        await RunAsync(side, async peer =>
        {
            await peer.SendFramesAsync(Fragments(PeerDeflater.DeflateOne(most), fragmentBytes, isFinished: true));
            await peer.AssertNextAsync(most);
            await peer.SendFramesAsync(Fragments(PeerDeflater.DeflateOne((byte[])[.. most, 0]), fragmentBytes, isFinished: true));
            await peer.AssertFailedAsync(1009, "one byte more");
        });
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Limit_that_is_off_lets_every_size_through(string role)
    {
        byte[] message = new byte[3 * MiB];
        await using DeflateSide side = await DeflateSide.StartAsync(role, maxMessageBytes: 0);
        await RunAsync(side, async peer =>
        {
            await peer.SendCompressedAsync(PeerDeflater.DeflateOne(message));
            await peer.AssertNextAsync(message);
        });
    }

    /// <summary>A header is enough: more than twice the limit and 64 KiB is never worth to be read.</summary>
    [Theory]
    [InlineData(DeflateSide.Server, "c2 ff 00000000000400 01 00000000")]
    [InlineData(DeflateSide.Server, "c2 ff 7fffffffffffffff 00000000")]
    [InlineData(DeflateSide.Client, "c2 7f 00000000000400 01")]
    [InlineData(DeflateSide.Client, "c2 7f 7fffffffffffffff")]
    public async Task Too_much_on_the_wire_is_1009_before_it_comes(string role, string header)
    {
        await using DeflateSide side = await DeflateSide.StartAsync(role, maxMessageBytes: 96 * KiB); // 256 KiB on the wire
        byte[] bytes = Support.Bytes.Hex(header);
        long allocated = await RunAsync(side, async peer =>
        {
            await peer.Raw.SendAsync(bytes);
            await peer.AssertFailedAsync(1009, "too much on the wire");
        });
        Assert.True(allocated < Bounded, $"{allocated} bytes were allocated");
    }

    /// <summary>Empty blocks inflate to nothing, and are bounded by the wire all the same.</summary>
    [Theory]
    [InlineData(DeflateSide.Server, 256 * KiB, 0)]
    [InlineData(DeflateSide.Server, 256 * KiB + 1, 1009)]
    [InlineData(DeflateSide.Client, 256 * KiB, 0)]
    [InlineData(DeflateSide.Client, 256 * KiB + 1, 1009)]
    public async Task Sum_of_fragments_on_the_wire_is_bounded(string role, int length, int code)
    {
        (int blocks, int rest) = Math.DivRem(length - 6, 5);
        byte[] content = new byte[rest];
        byte[] payload = [.. Enumerable.Repeat(DeflateBytes.Stored([]), blocks).SelectMany(static block => block), .. DeflateBytes.Stored(content), 0x00];
        Assert.Equal(length, payload.Length);
        await using DeflateSide side = await DeflateSide.StartAsync(role, maxMessageBytes: 96 * KiB);
        await RunAsync(side, async peer =>
        {
            await FloodAsync(peer, Join(Fragments(payload, 10_000, isFinished: true), isMasked: role == DeflateSide.Server));
            if (code == 0) await peer.AssertNextAsync(content);
            else await peer.AssertFailedAsync(code, "fragments");
        });
    }

    private static async Task AttackAsync(string role, int limit, IEnumerable<RawFrame> attack)
    {
        await using DeflateSide side = await DeflateSide.StartAsync(role, maxMessageBytes: limit);
        byte[] bytes = Join(attack, isMasked: role == DeflateSide.Server);
        long allocated = await RunAsync(side, async peer =>
        {
            Task sending = FloodAsync(peer, bytes);
            await peer.AssertFailedAsync(1009, "a bomb");
            await sending;
            Assert.InRange(peer.Ours.Core.Deflate!.Inflater!.Bytes, limit, limit + 64 * KiB);
        });
        Assert.True(allocated < 4 * limit + Bounded, $"{allocated} bytes were allocated");
    }

    /// <summary>A whole number of blocks: all of it comes out without a further byte.</summary>
    private static byte[] Flushed(byte[] message) => [.. PeerDeflater.DeflateOne(message), .. PeerDeflater.Tail];

    private static IEnumerable<RawFrame> Fragments(byte[] payload, int size, bool isFinished)
    {
        if (size == 0) size = payload.Length;
        for (int at = 0; at < payload.Length; at += size)
        {
            bool isLast = at + size >= payload.Length;
            yield return new RawFrame(
                at == 0 ? RawFrame.Binary : RawFrame.Continuation, payload.AsMemory(at, Math.Min(size, payload.Length - at)), isLast && isFinished, at == 0 ? DeflatePeer.Rsv1 : 0);
        }
    }

    private static byte[] Join(IEnumerable<RawFrame> frames, bool isMasked) => [.. frames.SelectMany(frame => frame.ToBytes(isMasked))];
}
