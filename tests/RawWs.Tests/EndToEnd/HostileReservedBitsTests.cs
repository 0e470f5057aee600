using RawWs.Tests.Support;
using Xunit;
using static RawWs.Tests.EndToEnd.DeflateAttack;

namespace RawWs.Tests.EndToEnd;

/// <summary>RSV1 stands on the first frame of a compressed message and nowhere else (RFC 7692 section 6), the other reserved bits nowhere (RFC 6455 section 5.2).</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class HostileReservedBitsTests
{
    /// <summary>First byte and payload of each frame.</summary>
    public static TheoryData<string, string, string> Misuses
    {
        get
        {
            TheoryData<string, string, string> rows = [];
            foreach (string role in (string[])[DeflateSide.Server, DeflateSide.Client])
            {
                rows.Add(role, "c9", "ping");
                rows.Add(role, "c9 00", "ping that would be an empty message");
                rows.Add(role, "ca", "pong");
                rows.Add(role, "c8 03e8", "close");
                rows.Add(role, "c8", "close without a code");
                rows.Add(role, "41 f248cdc9, c0 c90700", "continuation of a compressed message");
                rows.Add(role, "41 f248cdc9, 40 c90700", "continuation that is not the last");
                rows.Add(role, "01 48656c, c0 6c6f", "continuation of a plain message");
                rows.Add(role, "01, c0 f248cdc9c90700", "continuation of nothing yet");
                rows.Add(role, "c0 f248cdc9c90700", "continuation of no message");
                rows.Add(role, "41 f248cdc9, c9", "ping within a compressed message");
                rows.Add(role, "41 f248cdc9, c1 f248cdc9c90700", "message within a message");
                rows.Add(role, "c3 00", "reserved data opcode");
                rows.Add(role, "cb 00", "reserved control opcode");
                rows.Add(role, "a1", "RSV2");
                rows.Add(role, "a1 48656c6c6f", "RSV2 of a plain message");
                rows.Add(role, "91", "RSV3");
                rows.Add(role, "e1 f248cdc9c90700", "RSV1 and RSV2");
                rows.Add(role, "d1 f248cdc9c90700", "RSV1 and RSV3");
                rows.Add(role, "f1 f248cdc9c90700", "all of them");
                rows.Add(role, "41 f248cdc9, a0 c90700", "RSV2 of a continuation");
                rows.Add(role, "a9", "RSV2 of a ping");
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Misuses))]
    public async Task Bit_in_the_wrong_place_is_1002(string role, string frames, string why)
    {
        await using DeflateSide side = await DeflateSide.StartAsync(role);
        await RunAsync(side, async peer =>
        {
            await peer.SendFramesAsync(frames.Split(',').Select(Read));
            await peer.AssertFailedAsync(1002, why);
        });
    }

    [Theory]
    [InlineData(DeflateSide.Server, "c1 f248cdc9c90700")]
    [InlineData(DeflateSide.Server, "c1")]
    [InlineData(DeflateSide.Server, "c2 00")]
    [InlineData(DeflateSide.Server, "41 f248cdc9, 80 c90700")]
    [InlineData(DeflateSide.Client, "c1 f248cdc9c90700")]
    [InlineData(DeflateSide.Client, "c1")]
    [InlineData(DeflateSide.Client, "c2 00")]
    [InlineData(DeflateSide.Client, "41 f248cdc9, 80 c90700")]
    public async Task Compressed_message_without_the_extension_is_1002(string role, string frames)
    {
        await using DeflateSide side = await DeflateSide.StartAsync(role);
        await RunAsync(side, async _ =>
        {
            await using DeflatePeer peer = await side.OpenAsync(isPlain: true);
            Assert.Equal("", peer.Ours.Extensions ?? "");
            await peer.SendFramesAsync(frames.Split(',').Select(Read));
            await peer.AssertFailedAsync(1002, "nothing was agreed on");
        });
    }

    private static RawFrame Read(string hex)
    {
        byte[] bytes = Bytes.Hex(hex);
        return new RawFrame(bytes[0] & 0x0f, bytes.AsMemory(1), (bytes[0] & 0x80) != 0, bytes[0] >> 4 & 7);
    }
}
