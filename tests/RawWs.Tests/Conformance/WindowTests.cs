using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Conformance;

/// <summary>No message of ours refers further back than the agreed window (RFC 7692 section 7.1.2), and every window of the peer's is read, in both roles.</summary>
public sealed class WindowTests
{
    public static TheoryData<string, bool, int> Windows
    {
        get
        {
            TheoryData<string, bool, int> rows = [];
            foreach (string role in (string[])[DeflateSide.Server, DeflateSide.Client])
            {
                for (int bits = 9; bits <= 15; bits++)
                {
                    rows.Add(role, false, bits);
                    rows.Add(role, true, bits);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task Message_reaches_no_further_back_than_the_window(string role, bool standsAlone, int bits)
    {
        await using DeflateSide side = await DeflateSide.StartAsync(role, new() { ServerTakeover = true, ClientTakeover = true });
        await using DeflatePeer peer = await side.OpenAsync(new DeflateWish(standsAlone, bits));
        Assert.Equal(new AgreedDeflate(!standsAlone, !standsAlone, bits, bits), peer.Agreed);
        using PeerDeflater deflater = new(!standsAlone, bits);
        using PeerInflater inflater = new(!standsAlone, bits);
        for (int i = 0; i < 3; i++)
        {
            byte[] message = [.. CompressionData.Json.Cut(0, 3000), .. CompressionData.Prose.Cut(0, 3 << bits), .. CompressionData.Json.Cut(0, 3000)];
            await peer.SendCompressedAsync(deflater.Deflate(message));
            RawFrame echo = await peer.Raw.ReadFrameAsync();
            Assert.Equal(DeflatePeer.Rsv1, echo.Rsv);
            Assert.True(message.AsSpan().SequenceEqual(inflater.Inflate(echo.Payload.Span)), "other bytes came back");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Window_of_8_bits_of_a_client_is_read_by_the_server(bool standsAlone)
    {
        byte[] message = CompressionData.Html.Cut(0, 250);
        await using DeflateSide side = await DeflateSide.StartAsync(DeflateSide.Server, new() { ServerTakeover = true, ClientTakeover = true, Threshold = 0 });
        await using DeflatePeer peer = await side.OpenAsync(new DeflateWish(standsAlone, 8, IsClientsWindow: true));
        using PeerInflater inflater = new(!standsAlone, 15);
        for (int i = 0; i < 3; i++)
        {
            await peer.SendCompressedAsync(PeerDeflater.DeflateOne(message));
            RawFrame echo = await peer.Raw.ReadFrameAsync();
            Assert.Equal(DeflatePeer.Rsv1, echo.Rsv);
            Assert.Equal(message, inflater.Inflate(echo.Payload.Span));
        }
    }

    /// <summary>zlib compresses with no window of 8 bits: our client sends plain messages then, and reads what such a server sends.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Window_of_8_bits_is_read_and_not_used(bool standsAlone)
    {
        byte[] message = CompressionData.Html.Cut(0, 250);
        await using DeflateSide side = await DeflateSide.StartAsync(DeflateSide.Client, new() { ServerTakeover = true, ClientTakeover = true, Threshold = 0 });
        await using DeflatePeer peer = await side.OpenAsync(new DeflateWish(standsAlone, 8));
        for (int i = 0; i < 3; i++)
        {
            await peer.SendCompressedAsync(PeerDeflater.DeflateOne(message));
            RawFrame echo = await peer.Raw.ReadFrameAsync();
            Assert.Equal(0, echo.Rsv);
            Assert.Equal(message, echo.Payload.ToArray());
        }
    }
}
