using RawWs.Protocol.Compression;
using RawWs.Tests.Protocol.Compression;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>The zlib of .NET against the zlibs of python and Node, at each window.</summary>
public sealed class ZlibInteropTests(ZlibPeers peers) : IClassFixture<ZlibPeers>
{
    private static readonly byte[] Tail = [0x00, 0x00, 0xFF, 0xFF];

    private static readonly byte[][] Contents = Make(new Random(7692));

    public static TheoryData<string, int, int, bool> Cases =>
    [
        .. from peer in (string[])[ZlibPeers.Python, ZlibPeers.Node]
           from bits in Enumerable.Range(9, 7)
           from level in (int[])[1, 6]
           from standsAlone in (bool[])[false, true]
           select (peer, bits, level, standsAlone),
    ];

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Cases))]
    public async Task What_we_deflate_the_peer_inflates(string peer, int bits, int level, bool standsAlone)
    {
        using Deflater deflater = new(level, bits, 8);
        DeflateFlush flush = standsAlone ? DeflateFlush.Full : DeflateFlush.Sync;
        byte[][] messages = [.. Contents.Select(content => (byte[])[.. Messages.Deflate(deflater, content, flush), .. Tail])];
        Assert.Equal(Contents, await peers.AskAsync(peer, new { wish = "inflate", bits, fresh = standsAlone, messages }));
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Cases))]
    public async Task What_the_peer_deflates_we_inflate(string peer, int bits, int level, bool standsAlone)
    {
        byte[][] messages = await peers.AskAsync(peer, new { wish = "deflate", bits, level, full = standsAlone, messages = Contents });
        using Inflater inflater = new(bits);
        foreach ((byte[] message, byte[] content) in messages.Zip(Contents))
        {
            Assert.True(message.AsSpan().EndsWith(Tail));
            Assert.Equal(content, Messages.Inflate(inflater, message.AsSpan(0, message.Length - Tail.Length), 100, 1000, 64));
            if (standsAlone) inflater.Reset();
        }
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData(ZlibPeers.Python)]
    [InlineData(ZlibPeers.Node)]
    public async Task What_we_deflate_with_takeover_the_peer_cannot_inflate_out_of_its_context(string peer)
    {
        using Deflater deflater = new(6, 15, 8);
        byte[][] messages = [.. Contents.Select(content => (byte[])[.. Messages.Deflate(deflater, content, DeflateFlush.Sync), .. Tail])];
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => peers.AskAsync(peer, new { wish = "inflate", bits = 15, fresh = true, messages }));
    }

    // more than the largest window altogether, and some that came before
    private static byte[][] Make(Random random)
    {
        byte[] text = Samples.Text(random, 1000);
        byte[] mixed = Samples.Mixed(random, 40_000);
        return [Samples.Text(random, 10), text, text, new byte[5000], mixed, Samples.Random(random, 3000), mixed[7000..], Samples.Text(random, 70_000), text];
    }
}
