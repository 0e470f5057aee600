using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>Frames that have broken other servers: each ends its own connection with the right code, costs no memory, and harms nobody else.</summary>
/// <remarks>The mask key of all bytes given as hex is zero, so that a payload can be read as it stands.</remarks>
[Collection(nameof(AloneInTheProcess))]
public sealed class HostilePeerTests
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    /// <summary>What one attack may allocate in the whole process, the test's own side included.</summary>
    private const long Bounded = 512 * KiB;

    [Theory]
    [InlineData("82 ff ff ff ff ff ff ff ff ff 00000000", 1002, "64-bit length with the top bit set")]
    [InlineData("82 ff 80 00 00 00 00 00 00 00 00000000", 1002, "64-bit length with only the top bit set")]
    [InlineData("82 ff 7f ff ff ff ff ff ff ff 00000000", 1009, "the largest 64-bit length, at once and without the payload")]
    [InlineData("82 ff 00 20 00 00 00 00 00 01 00000000", 1009, "a length beyond what a double can hold")]
    [InlineData("82 ff 00 00 00 00 40 00 00 00 00000000", 1009, "1 GiB announced and not sent")]
    [InlineData("82 ff 00 00 00 00 00 10 00 01 00000000", 1009, "one byte over the limit")]
    [InlineData("83 ff 7f ff ff ff ff ff ff ff 00000000", 1002, "the opcode is judged before the length is believed")]
    [InlineData("c2 ff 7f ff ff ff ff ff ff ff 00000000", 1002, "the reserved bits are judged before the length is believed")]
    [InlineData("82 7f 7f ff ff ff ff ff ff ff", 1002, "the mask bit is judged before the length is believed")]
    [InlineData("82 fe 00 05 00000000 0102030405", 1002, "5 in the 16-bit form")]
    [InlineData("82 fe 00 7d 00000000", 1002, "125 in the 16-bit form")]
    [InlineData("82 ff 00 00 00 00 00 00 00 05 00000000 0102030405", 1002, "5 in the 64-bit form")]
    [InlineData("82 ff 00 00 00 00 00 00 ff ff 00000000", 1002, "65535 in the 64-bit form")]
    [InlineData("88 81 00000000 03", 1002, "close with half a code")]
    [InlineData("81 02 68 69", 1002, "unmasked")]
    [InlineData("89 00", 1002, "unmasked control frame")]
    [InlineData("c1 80 00000000", 1002, "RSV1 without an extension")]
    [InlineData("f1 80 00000000", 1002, "all reserved bits")]
    [InlineData("a1 80 00000000", 1002, "RSV2")]
    [InlineData("91 80 00000000", 1002, "RSV3")]
    [InlineData("83 80 00000000", 1002, "reserved data opcode")]
    [InlineData("8b 80 00000000", 1002, "reserved control opcode")]
    [InlineData("09 80 00000000", 1002, "fragmented ping")]
    [InlineData("08 80 00000000", 1002, "fragmented close")]
    [InlineData("89 fe 00 7e 00000000", 1002, "ping of 126 bytes")]
    [InlineData("88 ff 00 00 00 00 40 00 00 00 00000000", 1002, "close of 1 GiB")]
    [InlineData("80 80 00000000", 1002, "continuation of nothing")]
    [InlineData("00 80 00000000", 1002, "continuation of nothing, not final")]
    [InlineData("01 81 00000000 61 01 81 00000000 62", 1002, "message within a message")]
    [InlineData("01 81 00000000 61 82 80 00000000", 1002, "whole message within a message")]
    [InlineData("81 81 00000000 ff", 1007, "a byte that is never UTF-8")]
    [InlineData("81 fe 01 00 00000000 61 c0", 1007, "an overlong form in the middle of a frame that never ends")]
    [InlineData("88 82 00000000 0000", 1002, "close code 0")]
    [InlineData("88 82 00000000 03e7", 1002, "close code 999")]
    [InlineData("88 82 00000000 03ec", 1002, "close code 1004")]
    [InlineData("88 82 00000000 03ed", 1002, "close code 1005")]
    [InlineData("88 82 00000000 03ee", 1002, "close code 1006")]
    [InlineData("88 82 00000000 03f7", 1002, "close code 1015")]
    [InlineData("88 82 00000000 1388", 1002, "close code 5000")]
    [InlineData("88 83 00000000 03e8 ff", 1007, "close reason that is not UTF-8")]
    public async Task Illegal_frame_fails_its_connection_only(string wire, int code, string why)
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RawPeer honest = await RawPeer.OpenAsync(server.Endpoint);
        byte[] bytes = Bytes.Hex(wire);
        await using (RawPeer hostile = await RawPeer.OpenAsync(server.Endpoint))
        {
            long allocated = await AllocatedByAsync(async () =>
            {
                await hostile.SendAsync(bytes);
                await AssertFailedAsync(hostile, code, why);
            });
            Assert.True(allocated < Bounded, $"{why}: {allocated} bytes were allocated");
        }

        await AssertEchoesAsync(honest);
        await server.WaitForConnectionsAsync(1);
    }

    [Theory]
    [InlineData("82 ff ff ff ff ff ff ff ff ff 00000000", "64-bit length with the top bit set")]
    [InlineData("83 ff 7f ff ff ff ff ff ff ff 00000000", "the opcode is judged before the length is believed")]
    [InlineData("82 fe 00 05 00000000 0102030405", "5 in the 16-bit form")]
    [InlineData("82 ff 00 00 00 00 00 00 00 05 00000000 0102030405", "5 in the 64-bit form")]
    [InlineData("89 fe 00 7e 00000000", "ping of 126 bytes")]
    public async Task Limit_that_is_off_leaves_the_other_rules_on(string wire, string why)
    {
        await using TestServer server = await TestServer.StartAsync(options: Limits(maxMessageBytes: 0));
        await using RawPeer hostile = await RawPeer.OpenAsync(server.Endpoint);

        await hostile.SendAsync(Bytes.Hex(wire));

        await AssertFailedAsync(hostile, 1002, why);
    }

    [Theory]
    [InlineData(0, "82 ff 7f ff ff ff ff ff ff ff 00000000 01020304")]
    [InlineData(1024 * MiB, "82 ff 00 00 00 00 3f ff ff ff 00000000 01020304")]
    public async Task Memory_grows_with_the_bytes_received_and_not_with_the_length_announced(long limit, string wire)
    {
        await using TestServer server = await TestServer.StartAsync(options: Limits(maxMessageBytes: limit));
        await using RawPeer honest = await RawPeer.OpenAsync(server.Endpoint);
        await using RawPeer hostile = await RawPeer.OpenAsync(server.Endpoint);
        byte[] bytes = Bytes.Hex(wire);

        long allocated = await AllocatedByAsync(async () =>
        {
            await hostile.SendAsync(bytes);
            await AssertEchoesAsync(honest);
            hostile.HalfClose(); // now all of it has been read
            await hostile.WaitForEndAsync();
        });

        Assert.True(allocated < Bounded, $"{allocated} bytes were allocated");
        await AssertEchoesAsync(honest);
        await server.WaitForConnectionsAsync(1);
    }

    [Theory]
    [InlineData("81 80 00000000", "81 00", "empty message")]
    [InlineData("89 80 00000000", "8a 00", "empty ping")]
    [InlineData("01 81 00000000 61 89 80 00000000 80 81 00000000 62", "8a 00 81 02 61 62", "ping between fragments")]
    [InlineData("01 80 00000000 00 80 00000000 80 80 00000000", "81 00", "empty fragments")]
    [InlineData("81 80 00000000 88 80 00000000", "81 00 88 00", "close without a code")]
    [InlineData("88 82 00000000 03e8 81 81 00000000 61 88 82 00000000 03e9", "88 02 03 e8", "data and a second close after the close")]
    [InlineData("88 82 00000000 03e8 82 ff ff ff ff ff ff ff ff ff 00000000", "88 02 03 e8", "an illegal frame after the close")]
    public async Task Edge_of_the_legal_is_answered_exactly(string wire, string answer, string why)
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint);

        await peer.SendAsync(Bytes.Hex(wire));
        if (!answer.Contains("88 0", StringComparison.Ordinal))
        {
            await peer.SendAsync(Bytes.Hex("88 82 00000000 03e8"));
            answer += "88 02 03e8";
        }

        Assert.True((await peer.ReadToEndAsync()).AsSpan().SequenceEqual(Bytes.Hex(answer)), why);
    }

    internal static WebSocketServerOptions Limits(long maxMessageBytes = MiB, int maxFragments = 1024) =>
        new() { Defaults = new() { MaxMessageBytes = maxMessageBytes, MaxFragments = maxFragments } };

    internal static async Task AssertEchoesAsync(RawPeer peer)
    {
        await peer.SendAsync(new RawFrame(RawFrame.Text, "still here"u8.ToArray()));
        RawFrame echo = await peer.ReadFrameAsync();
        Assert.Equal((RawFrame.Text, "still here"), (echo.Opcode, Encoding.UTF8.GetString(echo.Payload.Span)));
    }

    /// <summary>A close frame with that code and a reason comes next, and then the end of the stream.</summary>
    internal static async Task AssertFailedAsync(RawPeer peer, int code, string why)
    {
        RawFrame close = await peer.ReadFrameAsync();
        Assert.True((close.Opcode, close.CloseCode) == (RawFrame.Close, code), $"{why}: expected a close with {code}, got a {close}");
        Assert.NotEqual("", close.CloseReason);
        Assert.Empty(await peer.ReadToEndAsync());
    }

    internal static async Task<long> AllocatedByAsync(Func<Task> attack)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await attack();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}

/// <summary>For tests that measure what the whole process allocates.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;
