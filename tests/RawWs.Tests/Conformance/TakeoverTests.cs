using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Conformance;

/// <summary>Who may refer to what: each direction has its own parameter (RFC 7692 section 7.1.1), and both roles follow the right one.</summary>
public sealed class TakeoverTests
{
    /// <summary>The same words again and again across messages, hardly ever within one.</summary>
    private static readonly byte[][] Messages =
    [
        [.. Words(0, 300)],
        [.. Words(0, 300), .. "and more"u8],
        [.. Words(100, 300), .. Words(0, 100)],
    ];

    public static TheoryData<string, bool, bool> Matrix
    {
        get
        {
            TheoryData<string, bool, bool> rows = [];
            foreach (string role in (string[])[DeflateSide.Server, DeflateSide.Client])
            {
                foreach (bool serverTakeover in (bool[])[false, true])
                {
                    rows.Add(role, serverTakeover, false);
                    rows.Add(role, serverTakeover, true);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task What_was_agreed_on_is_what_both_sides_allowed(string role, bool serverTakeover, bool clientTakeover)
    {
        await using DeflateSide side = await StartAsync(role, serverTakeover, clientTakeover);
        await using DeflatePeer peer = await side.OpenAsync();
        Assert.Equal(new AgreedDeflate(serverTakeover, clientTakeover, 15, 15), peer.Agreed);
    }

    /// <summary>Three messages each way; those that come back refer to each other if they may, and never else.</summary>
    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Messages_refer_back_only_where_that_was_agreed(string role, bool serverTakeover, bool clientTakeover)
    {
        await using DeflateSide side = await StartAsync(role, serverTakeover, clientTakeover);
        await using DeflatePeer peer = await side.OpenAsync();
        using PeerDeflater deflater = new(peer.MayTakeOver);
        using PeerInflater inflater = new(peer.OursMayTakeOver);
        List<int> sizes = [];
        foreach (byte[] message in Messages)
        {
            await peer.SendCompressedAsync(deflater.Deflate(message));
            RawFrame echo = await peer.Raw.ReadFrameAsync();
            Assert.Equal(DeflatePeer.Rsv1, echo.Rsv);
            Assert.Equal(message, inflater.Inflate(echo.Payload.Span)); // where it must stand alone, it is read alone
            sizes.Add(echo.Payload.Length);
        }

        Assert.Equal(peer.OursMayTakeOver, sizes[1] < sizes[0] / 2);
        Assert.Equal(peer.OursMayTakeOver, sizes[2] < sizes[0] / 2);
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Message_that_refers_back_without_an_agreement_is_1007(string role, bool serverTakeover, bool clientTakeover)
    {
        await using DeflateSide side = await StartAsync(role, serverTakeover, clientTakeover);
        await using DeflatePeer peer = await side.OpenAsync();
        using PeerDeflater deflater = new(takesOver: true);
        using PeerInflater inflater = new(peer.OursMayTakeOver);
        await peer.SendCompressedAsync(deflater.Deflate(Messages[0]));
        Assert.Equal(Messages[0], inflater.Inflate((await peer.Raw.ReadFrameAsync()).Payload.Span));

        await peer.SendCompressedAsync(deflater.Deflate(Messages[1]));

        if (peer.MayTakeOver)
            Assert.Equal(Messages[1], inflater.Inflate((await peer.Raw.ReadFrameAsync()).Payload.Span));
        else
            await peer.AssertFailedAsync(1007, "a reference to the message before");
    }

    /// <summary>The window goes on over plain messages, control frames, fragments and messages that come to nothing.</summary>
    [Theory]
    [MemberData(nameof(DeflateSide.Roles), MemberType = typeof(DeflateSide))]
    public async Task Window_outlives_what_is_not_compressed(string role)
    {
        await using DeflateSide side = await StartAsync(role, serverTakeover: true, clientTakeover: true);
        await using DeflatePeer peer = await side.OpenAsync();
        using PeerDeflater deflater = new(takesOver: true);
        using PeerInflater inflater = new(takesOver: true);
        await EchoAsync(peer, deflater, inflater, Messages[0]);
        await peer.Raw.SendAsync(new RawFrame(RawFrame.Binary, "plain"u8.ToArray()));
        Assert.Equal("plain"u8.ToArray(), (await peer.Raw.ReadFrameAsync()).Payload.ToArray());
        await peer.SendCompressedAsync([0x00]);
        Assert.Equal(0, (await peer.Raw.ReadFrameAsync()).Payload.Length);
        byte[] second = deflater.Deflate(Messages[1]);
        await peer.SendFramesAsync(
            new RawFrame(RawFrame.Binary, second.AsMemory(0, 1), IsFinal: false, Rsv: DeflatePeer.Rsv1),
            new RawFrame(RawFrame.Ping, "between"u8.ToArray()),
            new RawFrame(RawFrame.Continuation, ReadOnlyMemory<byte>.Empty, IsFinal: false),
            new RawFrame(RawFrame.Continuation, second.AsMemory(1)));
        Assert.Equal(RawFrame.Pong, (await peer.Raw.ReadFrameAsync()).Opcode);
        Assert.Equal(Messages[1], inflater.Inflate((await peer.Raw.ReadFrameAsync()).Payload.Span));
        await EchoAsync(peer, deflater, inflater, Messages[2]);
    }

    /// <summary>Bytes that do not shrink go plain, and the window must not hold what the peer has not seen.</summary>
    [Theory]
    [MemberData(nameof(DeflateSide.Roles), MemberType = typeof(DeflateSide))]
    public async Task Message_that_does_not_shrink_spoils_no_later_one(string role)
    {
        await using DeflateSide side = await StartAsync(role, serverTakeover: true, clientTakeover: true);
        await using DeflatePeer peer = await side.OpenAsync();
        using PeerDeflater deflater = new(takesOver: true);
        using PeerInflater inflater = new(takesOver: true);
        byte[] noise = new byte[5000];
        new Random(7).NextBytes(noise);
        foreach (byte[] message in (byte[][])[Messages[0], noise, Messages[1], noise, noise, Messages[2]])
            await EchoAsync(peer, deflater, inflater, message);
    }

    private static Task<DeflateSide> StartAsync(string role, bool serverTakeover, bool clientTakeover) =>
        DeflateSide.StartAsync(role, new() { ServerTakeover = serverTakeover, ClientTakeover = clientTakeover, Threshold = 0 });

    private static async Task EchoAsync(DeflatePeer peer, PeerDeflater deflater, PeerInflater inflater, byte[] message)
    {
        await peer.SendCompressedAsync(deflater.Deflate(message));
        RawFrame echo = await peer.Raw.ReadFrameAsync();
        Assert.Equal(message, echo.Rsv == 0 ? echo.Payload.ToArray() : inflater.Inflate(echo.Payload.Span));
    }

    private static byte[] Words(int from, int count) =>
        [.. Enumerable.Range(from, count).SelectMany(static i => Encoding.ASCII.GetBytes(Convert.ToHexString(BitConverter.GetBytes(unchecked(i * (int)2654435761)))))];
}
