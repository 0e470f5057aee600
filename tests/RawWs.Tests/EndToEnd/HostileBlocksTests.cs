using System.Text;
using RawWs.Tests.Support;
using Xunit;
using static RawWs.Tests.EndToEnd.DeflateAttack;

namespace RawWs.Tests.EndToEnd;

/// <summary>Legal blocks of DEFLATE that have broken other implementations: empty ones by the million, final ones, stored ones, and what follows them.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class HostileBlocksTests
{
    private const int MiB = 1024 * 1024;

    /// <summary>What one attack may allocate in the whole process, the test's own side included.</summary>
    private const long Bounded = 2 * MiB;

    [Theory]
    [InlineData(DeflateSide.Server, "00 00 00 ff ff", 1_000_000, "empty stored blocks")]
    [InlineData(DeflateSide.Client, "00 00 00 ff ff", 1_000_000, "empty stored blocks")]
    [InlineData(DeflateSide.Server, "03 00", 100_000, "empty final blocks")]
    [InlineData(DeflateSide.Client, "03 00", 100_000, "empty final blocks")]
    [InlineData(DeflateSide.Server, "01 00 00 ff ff", 100_000, "empty final stored blocks")]
    [InlineData(DeflateSide.Client, "01 00 00 ff ff", 100_000, "empty final stored blocks")]
    public async Task Empty_blocks_are_an_empty_message_and_cost_nothing(string role, string block, int count, string why)
    {
        byte[] payload = [.. Enumerable.Repeat(Bytes.Hex(block), count).SelectMany(static bytes => bytes), 0x00];
        byte[] bytes = new RawFrame(RawFrame.Text, payload, Rsv: DeflatePeer.Rsv1).ToBytes(isMasked: role == DeflateSide.Server);
        await using DeflateSide side = await DeflateSide.StartAsync(role, maxMessageBytes: 4 * MiB);
        long allocated = await RunAsync(side, async peer =>
        {
            await peer.Raw.SendAsync(bytes);
            await peer.AssertNextAsync(Array.Empty<byte>());
        });
        Assert.True(allocated < Bounded, $"{why}: {allocated} bytes were allocated");
    }

    [Theory]
    [InlineData("", "", "no payload at all")]
    [InlineData("00", "", "RFC 7692 section 7.2.3.6")]
    [InlineData("f2 48 cd c9 c9 07 00", "Hello", "7.2.3.1")]
    [InlineData("00 05 00 fa ff 48 65 6c 6c 6f 00", "Hello", "7.2.3.3: a stored block")]
    [InlineData("f3 48 cd c9 c9 07 00 00", "Hello", "7.2.3.4: a final block")]
    [InlineData("f3 48 cd c9 c9 07 00", "Hello", "a final block and no byte more")]
    [InlineData("f2 48 05 00 00 00 ff ff ca c9 c9 07 00", "Hello", "7.2.3.5: two blocks")]
    [InlineData("f3 48 cd c9 c9 07 00 f3 48 cd c9 c9 07 00 00", "HelloHello", "a final block, and another one")]
    [InlineData("f3 48 cd c9 c9 07 00 f2 48 cd c9 c9 07 00", "HelloHello", "a final block, and one that is not")]
    [InlineData("03 00 f2 48 cd c9 c9 07 00", "Hello", "an empty final block first")]
    [InlineData("01 00 00 ff ff 00 05 00 fa ff 48 65 6c 6c 6f 00", "Hello", "an empty final stored block first")]
    [InlineData("01 05 00 fa ff 48 65 6c 6c 6f", "Hello", "a final stored block and no byte more")]
    [InlineData("00 00 00 ff ff 00", "", "an empty stored block")]
    [InlineData("00 00 00 ff ff 00 00 00 ff ff 00", "", "two")]
    [InlineData("03 00", "", "an empty final block and no byte more")]
    public async Task Legal_blocks_are_read_whole_and_in_every_cut(string hex, string text, string why)
    {
        byte[] payload = Bytes.Hex(hex), content = Encoding.ASCII.GetBytes(text);
        foreach (string role in (string[])[DeflateSide.Server, DeflateSide.Client])
        {
            await using DeflateSide side = await DeflateSide.StartAsync(role);
            await RunAsync(side, async peer =>
            {
                for (int cut = 0; cut <= payload.Length; cut++)
                {
                    await peer.SendFramesAsync(
                        new RawFrame(RawFrame.Text, payload.AsMemory(0, cut), IsFinal: false, Rsv: DeflatePeer.Rsv1), new RawFrame(RawFrame.Continuation, payload.AsMemory(cut)));
                    RawFrame echo = await peer.Raw.ReadFrameAsync();
                    Assert.True(echo.Rsv == 0 && echo.Payload.Span.SequenceEqual(content), $"{why}, as {role}, cut at {cut}: {echo}");
                }

                await peer.SendCompressedAsync(payload, RawFrame.Text);
                await peer.AssertNextAsync(content);
            });
        }
    }

    [Theory]
    [MemberData(nameof(DeflateSide.Roles), MemberType = typeof(DeflateSide))]
    public async Task Window_goes_on_behind_a_final_block_of_a_message_before(string role)
    {
        byte[] hello = Bytes.Hex("f3 48 cd c9 c9 07 00 00"), again = Bytes.Hex("f2 00 11 00 00"); // section 7.2.3.2: the second one refers to the first
        await using DeflateSide side = await DeflateSide.StartAsync(role, new() { ServerTakeover = true, ClientTakeover = true });
        await RunAsync(side, async peer =>
        {
            await peer.SendCompressedAsync(Bytes.Hex("f2 48 cd c9 c9 07 00"), RawFrame.Text);
            await peer.AssertNextAsync("Hello"u8.ToArray());
            await peer.SendCompressedAsync(again, RawFrame.Text);
            await peer.AssertNextAsync("Hello"u8.ToArray());
            await peer.SendCompressedAsync(hello, RawFrame.Text);
            await peer.AssertNextAsync("Hello"u8.ToArray());
        });
    }
}
