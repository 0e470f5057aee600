using System.Text;
using RawWs.Tests.Support;
using Xunit;
using static RawWs.Tests.EndToEnd.DeflateAttack;

namespace RawWs.Tests.EndToEnd;

/// <summary>Compressed messages that are no DEFLATE, end too early, or hold what no text may hold: 1007 (RFC 7692 section 7.2.2), as soon as it is seen.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class HostileDeflateTests
{
    public static TheoryData<string> Roles => DeflateSide.Roles;

    [Theory]
    [InlineData("ff ff ff", "a block of a reserved type")]
    [InlineData("06 00", "a reserved type and zeros")]
    [InlineData("00 05 00 00 00 48 65 6c 6c 6f 00", "a stored block whose length is not said twice")]
    [InlineData("48 65 6c 6c 6f", "plain text")]
    [InlineData("78 9c f2 48 cd c9 c9 07 00", "a header of zlib")]
    [InlineData("1f 8b 08 00 00 00 00 00 00 03 f3 48 cd c9 c9 07 00", "a header of gzip")]
    [InlineData("f2 48 cd c9 c9 07 00 ff ff ff ff", "a message, then garbage")]
    [InlineData("f3 48 cd c9 c9 07 00 ff ff ff", "a final block, then garbage")]
    [InlineData("f2 00 11 00 00", "a reference to what never was")]
    [InlineData("f4 48 cd c9 c9 07 00", "trees that are none")]
    public async Task Garbage_is_1007(string hex, string why)
    {
        foreach (string role in (string[])[DeflateSide.Server, DeflateSide.Client])
        {
            await using DeflateSide side = await DeflateSide.StartAsync(role);
            await RunAsync(side, async peer =>
            {
                await peer.SendCompressedAsync(Bytes.Hex(hex));
                await peer.AssertFailedAsync(1007, $"{why}, as {role}");
            });
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Garbage_is_1007_before_the_message_ends(string role)
    {
        await using DeflateSide side = await DeflateSide.StartAsync(role);
        await RunAsync(side, async peer =>
        {
            await peer.SendFramesAsync(new RawFrame(RawFrame.Binary, Bytes.Hex("ff ff ff"), IsFinal: false, Rsv: DeflatePeer.Rsv1));
            await peer.AssertFailedAsync(1007, "the first fragment");
        });
    }

    /// <summary>A stored block needs all of its bytes, and a block of codes its end.</summary>
    [Theory]
    [InlineData("f2 48 cd c9 c9 07 00")]
    [InlineData("00 05 00 fa ff 48 65 6c 6c 6f 00")]
    [InlineData("f2 48 05 00 00 00 ff ff ca c9 c9 07 00")]
    public async Task Message_that_ends_within_a_block_is_1007(string hex)
    {
        byte[] payload = Bytes.Hex(hex);
        foreach (string role in (string[])[DeflateSide.Server, DeflateSide.Client])
        {
            await using DeflateSide side = await DeflateSide.StartAsync(role);
            await RunAsync(side, async _ =>
            {
                for (int length = 1; length < payload.Length; length++)
                {
                    await using DeflatePeer peer = await side.OpenAsync();
                    await peer.SendCompressedAsync(payload[..length]);
                    if (IsWhole(payload, length)) await peer.AssertNextAsync(PeerInflater.InflateOne(payload.AsSpan(0, length)));
                    else await peer.AssertFailedAsync(1007, $"{length} bytes, as {role}");
                }
            });
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Long_message_without_its_last_byte_is_1007(string role)
    {
        byte[] whole = PeerDeflater.DeflateOne(Conformance.CompressionData.Json.Cut(0, 100_000));
        await using DeflateSide side = await DeflateSide.StartAsync(role);
        await RunAsync(side, async peer =>
        {
            await peer.SendCompressedAsync(whole);
            await peer.AssertNextAsync(Conformance.CompressionData.Json.Cut(0, 100_000));
            await peer.SendCompressedAsync(whole[..^2]);
            await peer.AssertFailedAsync(1007, "without its last bytes");
        });
    }

    [Theory]
    [InlineData("ff", "a byte that is never UTF-8")]
    [InlineData("48 65 6c 6c 6f c0 80", "an overlong form")]
    [InlineData("ed a0 80", "a surrogate")]
    [InlineData("f4 90 80 80", "beyond the last code point")]
    [InlineData("48 65 6c 6c 6f e2 82", "a code point without its end")]
    public async Task Text_that_inflates_to_no_UTF8_is_1007(string hex, string why)
    {
        byte[] text = Bytes.Hex(hex);
        foreach (string role in (string[])[DeflateSide.Server, DeflateSide.Client])
        {
            foreach (int length in (int[])[0, 5000])
            {
                byte[] payload = PeerDeflater.DeflateOne([.. Encoding.ASCII.GetBytes(new string('a', length)), .. text]);
                await using DeflateSide side = await DeflateSide.StartAsync(role);
                await RunAsync(side, async peer =>
                {
                    await peer.SendCompressedAsync(payload);        // as binary it may be
                    await peer.AssertNextAsync((byte[])[.. Encoding.ASCII.GetBytes(new string('a', length)), .. text]);
                    await peer.SendFramesAsync(
                        new RawFrame(RawFrame.Text, payload.AsMemory(0, 2), IsFinal: false, Rsv: DeflatePeer.Rsv1), new RawFrame(RawFrame.Continuation, payload.AsMemory(2)));
                    await peer.AssertFailedAsync(1007, $"{why}, as {role}");
                });
            }
        }
    }

    /// <summary>The bad byte is a code point's second, in a fragment of its own; the message goes on, and never comes.</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Text_fails_at_its_first_bad_byte(string role)
    {
        using PeerDeflater deflater = new(takesOver: true);
        byte[] good = [.. deflater.Deflate([.. "Hello "u8, 0xe2]), .. PeerDeflater.Tail];
        byte[] bad = [.. deflater.Deflate("("u8), .. PeerDeflater.Tail];
        await using DeflateSide side = await DeflateSide.StartAsync(role);
        await RunAsync(side, async peer =>
        {
            await peer.SendFramesAsync(new RawFrame(RawFrame.Text, good, IsFinal: false, Rsv: DeflatePeer.Rsv1), new RawFrame(RawFrame.Ping, "so far"u8.ToArray()));
            Assert.Equal(RawFrame.Pong, (await peer.Raw.ReadFrameAsync()).Opcode);
            await peer.SendFramesAsync(new RawFrame(RawFrame.Continuation, bad, IsFinal: false));
            await peer.AssertFailedAsync(1007, "the second fragment");
        });
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Code_point_may_be_cut_by_blocks_and_fragments(string role)
    {
        byte[] text = "\u03ba\u1f79\u03c3\u03bc\u03b5 \ud83d\ude00"u8.ToArray();
        using PeerDeflater deflater = new(takesOver: true);
        RawFrame[] frames =
        [
            .. text.Select((value, i) => new RawFrame(
                i == 0 ? RawFrame.Text : RawFrame.Continuation, (byte[])[.. deflater.Deflate([value]), .. PeerDeflater.Tail], IsFinal: false, Rsv: i == 0 ? DeflatePeer.Rsv1 : 0)),
            new RawFrame(RawFrame.Continuation, new byte[] { 0x00 }),
        ];
        await using DeflateSide side = await DeflateSide.StartAsync(role);
        await RunAsync(side, async peer =>
        {
            await peer.SendFramesAsync(frames);
            await peer.AssertNextAsync(text);
        });
    }

    /// <summary>Whether the message ends with a block there: an empty one of section 7.2.3.6, or the first of the two in 7.2.3.5.</summary>
    private static bool IsWhole(byte[] payload, int length) => (length == 1 && payload[0] == 0x00) || (length == 4 && payload[2] == 0x05);
}
