using System.Text;
using RawWs.Tests.Support;
using Xunit;
using static RawWs.Tests.EndToEnd.HostilePeerTests;

namespace RawWs.Tests.EndToEnd;

/// <summary>Frames of a server that have broken other clients: each ends its connection with the right code, and costs no memory.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class HostileServerTests
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    /// <summary>What one attack may allocate in the whole process, the test's own side included.</summary>
    private const long Bounded = 512 * KiB;

    private static readonly WebSocketClientOptions Options = new() { Proxy = WebSocketProxy.None };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("82 7f ff ff ff ff ff ff ff ff", 1002, "64-bit length with the top bit set")]
    [InlineData("82 7f 80 00 00 00 00 00 00 00", 1002, "64-bit length with only the top bit set")]
    [InlineData("82 7f 7f ff ff ff ff ff ff ff", 1009, "the largest 64-bit length, at once and without the payload")]
    [InlineData("82 7f 00 20 00 00 00 00 00 01", 1009, "a length beyond what a double can hold")]
    [InlineData("82 7f 00 00 00 00 40 00 00 00", 1009, "1 GiB announced and not sent")]
    [InlineData("82 7f 00 00 00 00 00 10 00 01", 1009, "one byte over the limit")]
    [InlineData("83 7f 7f ff ff ff ff ff ff ff", 1002, "the opcode is judged before the length is believed")]
    [InlineData("c2 7f 7f ff ff ff ff ff ff ff", 1002, "the reserved bits are judged before the length is believed")]
    [InlineData("82 ff 7f ff ff ff ff ff ff ff 00000000", 1002, "the mask bit is judged before the length is believed")]
    [InlineData("82 7e 00 05 0102030405", 1002, "5 in the 16-bit form")]
    [InlineData("82 7e 00 7d", 1002, "125 in the 16-bit form")]
    [InlineData("82 7f 00 00 00 00 00 00 00 05 0102030405", 1002, "5 in the 64-bit form")]
    [InlineData("82 7f 00 00 00 00 00 00 ff ff", 1002, "65535 in the 64-bit form")]
    [InlineData("88 01 03", 1002, "close with half a code")]
    [InlineData("81 82 37fa213d 5f93", 1002, "masked")]
    [InlineData("81 82 00000000 6869", 1002, "masked with a key of zero")]
    [InlineData("81 80 00000000", 1002, "masked and empty")]
    [InlineData("89 80 00000000", 1002, "masked ping")]
    [InlineData("88 82 00000000 03e8", 1002, "masked close")]
    [InlineData("c1 00", 1002, "RSV1 without an extension")]
    [InlineData("c1 07 f248cdc9c90700", 1002, "a compressed message without the extension")]
    [InlineData("f1 00", 1002, "all reserved bits")]
    [InlineData("a1 00", 1002, "RSV2")]
    [InlineData("91 00", 1002, "RSV3")]
    [InlineData("83 00", 1002, "reserved data opcode")]
    [InlineData("8b 00", 1002, "reserved control opcode")]
    [InlineData("09 00", 1002, "fragmented ping")]
    [InlineData("08 00", 1002, "fragmented close")]
    [InlineData("89 7e 00 7e", 1002, "ping of 126 bytes")]
    [InlineData("88 7f 00 00 00 00 40 00 00 00", 1002, "close of 1 GiB")]
    [InlineData("80 00", 1002, "continuation of nothing")]
    [InlineData("00 00", 1002, "continuation of nothing, not final")]
    [InlineData("01 01 61 01 01 62", 1002, "message within a message")]
    [InlineData("01 01 61 82 00", 1002, "whole message within a message")]
    [InlineData("81 01 ff", 1007, "a byte that is never UTF-8")]
    [InlineData("81 7e 01 00 61 c0", 1007, "an overlong form in the middle of a frame that never ends")]
    [InlineData("88 02 0000", 1002, "close code 0")]
    [InlineData("88 02 03e7", 1002, "close code 999")]
    [InlineData("88 02 03ec", 1002, "close code 1004")]
    [InlineData("88 02 03ed", 1002, "close code 1005")]
    [InlineData("88 02 03ee", 1002, "close code 1006")]
    [InlineData("88 02 03f7", 1002, "close code 1015")]
    [InlineData("88 02 1388", 1002, "close code 5000")]
    [InlineData("88 03 03e8 ff", 1007, "close reason that is not UTF-8")]
    [InlineData("48 54 54 50 2f 31 2e 31 20 34 30 30 20 42 61 64", 1002, "an HTTP answer behind the upgrade")]
    public async Task Illegal_frame_fails_the_connection(string wire, int code, string why)
    {
        byte[] bytes = Bytes.Hex(wire);
        TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously), done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedServer server = Open(async client =>
        {
            await opened.Task;
            await client.SendAsync(bytes);
            await AssertFailedAsync(client, code, why);
            done.SetResult();
        });
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(server.Endpoint, Options, Ct);

        long allocated = await AllocatedByAsync(async () =>
        {
            opened.SetResult();
            WebSocketClosedException closed = await Assert.ThrowsAsync<WebSocketClosedException>(async () => await connection.ReceiveAsync(Ct));
            WebSocketProtocolException violation = Assert.IsType<WebSocketProtocolException>(closed.Result.Error);
            Assert.True(code == (int)violation.CloseStatus, why);
            Assert.StartsWith("RFC 6455 section ", violation.Section, StringComparison.Ordinal);
            await Task.WhenAny(done.Task, server.FinishAsync());
        });

        await server.FinishAsync();
        Assert.True(allocated < Bounded, $"{why}: {allocated} bytes were allocated");
    }

    [Theory]
    [InlineData("82 7f ff ff ff ff ff ff ff ff", "64-bit length with the top bit set")]
    [InlineData("83 7f 7f ff ff ff ff ff ff ff", "the opcode is judged before the length is believed")]
    [InlineData("82 7e 00 05 0102030405", "5 in the 16-bit form")]
    [InlineData("82 7f 00 00 00 00 00 00 00 05 0102030405", "5 in the 64-bit form")]
    [InlineData("89 7e 00 7e", "ping of 126 bytes")]
    public async Task Limit_that_is_off_leaves_the_other_rules_on(string wire, string why)
    {
        await using ScriptedServer server = Open(async client =>
        {
            await client.SendAsync(Bytes.Hex(wire));
            await AssertFailedAsync(client, 1002, why);
        });
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(server.Endpoint, Options with { MaxMessageBytes = 0 }, Ct);
        await Assert.ThrowsAsync<WebSocketClosedException>(async () => await connection.ReceiveAsync(Ct));
        await server.FinishAsync();
    }

    [Theory]
    [InlineData(0, "82 7f 7f ff ff ff ff ff ff ff 01020304")]
    [InlineData(1024 * MiB, "82 7f 00 00 00 00 3f ff ff ff 01020304")]
    public async Task Memory_grows_with_the_bytes_received_and_not_with_the_length_announced(long limit, string wire)
    {
        byte[] bytes = Bytes.Hex(wire);
        TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedServer server = Open(async client =>
        {
            await opened.Task;
            await client.SendAsync(bytes);
            client.HalfClose();
        });
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(server.Endpoint, Options with { MaxMessageBytes = limit }, Ct);

        long allocated = await AllocatedByAsync(async () =>
        {
            opened.SetResult();
            await Assert.ThrowsAsync<WebSocketClosedException>(async () => await connection.ReceiveAsync(Ct));
        });

        Assert.True(allocated < Bounded, $"{allocated} bytes were allocated");
        await server.FinishAsync();
    }

    /// <summary>The answers as frames, unmasked: opcode and payload.</summary>
    [Theory]
    [InlineData("81 00", "1:", "empty message")]
    [InlineData("89 00", "10:", "empty ping")]
    [InlineData("01 01 61 89 00 80 01 62", "10: 1:6162", "ping between fragments")]
    [InlineData("01 00 00 00 80 00", "1:", "empty fragments")]
    [InlineData("8a 03 6e6577", "", "a pong that nobody asked for")]
    [InlineData("81 00 88 00", "1: 8:", "close without a code")]
    [InlineData("88 02 03e8 81 01 61 88 02 03e9", "8:03E8", "data and a second close after the close")]
    [InlineData("88 02 03e8 82 7f ff ff ff ff ff ff ff ff", "8:03E8", "an illegal frame after the close")]
    public async Task Edge_of_the_legal_is_answered_exactly(string wire, string answers, string why)
    {
        await using ScriptedServer server = Open(async client =>
        {
            await client.SendAsync(Bytes.Hex(wire));
            if (!wire.Contains("88 0", StringComparison.Ordinal))
            {
                await client.SendAsync(Bytes.Hex("88 02 03e8"));
                answers = $"{answers} 8:03E8".TrimStart();
            }

            List<string> seen = [];
            do
            {
                RawFrame frame = await client.ReadFrameAsync();
                seen.Add($"{frame.Opcode}:{Convert.ToHexString(frame.Payload.Span)}");
            }
            while (!seen[^1].StartsWith("8:", StringComparison.Ordinal));
            Assert.True(answers == string.Join(' ', seen), $"{why}: {string.Join(' ', seen)}");
            client.HalfClose();
            Assert.Empty(await client.ReadToEndAsync());
        });
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(server.Endpoint, Options, Ct);
        await TestServer.EchoAsync(connection);
        await server.FinishAsync();
    }

    [Theory]
    [InlineData("00 01 78", "tiny fragments")]
    [InlineData("00 00", "empty fragments")]
    public async Task Fragment_over_the_limit_is_1008(string fragment, string why)
    {
        await using ScriptedServer server = Open(async client =>
        {
            await client.SendAsync(Bytes.Hex("01 00" + string.Concat(Enumerable.Repeat(fragment, 1024)))); // 1025 with the first
            await AssertFailedAsync(client, 1008, why);
        });
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(server.Endpoint, Options with { MaxFragments = 1024 }, Ct);
        await Assert.ThrowsAsync<WebSocketClosedException>(async () => await connection.ReceiveAsync(Ct));
        await server.FinishAsync();
    }

    [Fact]
    public async Task Sum_of_fragments_over_the_limit_is_1009_at_the_header_that_crosses_it()
    {
        await using ScriptedServer server = Open(async client =>
        {
            await client.SendAsync(new RawFrame(RawFrame.Binary, new byte[40_000], IsFinal: false));
            await client.SendAsync(new RawFrame(RawFrame.Continuation, new byte[40_000], IsFinal: false));
            await client.SendAsync(Bytes.Hex("00 7e 9c40")); // 40,000 more announced
            await AssertFailedAsync(client, 1009, "third fragment");
        });
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(server.Endpoint, Options with { MaxMessageBytes = 100_000 }, Ct);
        await Assert.ThrowsAsync<WebSocketClosedException>(async () => await connection.ReceiveAsync(Ct));
        await server.FinishAsync();
    }

    [Fact]
    public async Task Flood_of_pings_that_nobody_reads_the_answers_of_costs_one_pong()
    {
        const int batches = 200;
        byte[] batch = [.. Enumerable.Repeat(new RawFrame(RawFrame.Ping, Encoding.ASCII.GetBytes(new string('p', 125))).ToBytes(isMasked: false), 1000).SelectMany(static ping => ping)];
        TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously), sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource measured = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedServer server = Open(async client =>
        {
            await opened.Task;
            for (int i = 0; i < batches; i++)
                await client.SendAsync(batch);
            sent.SetResult();
            await measured.Task;
            await client.SendAsync(Bytes.Hex("89 04 6c617374 88 02 03e8"));
            RawFrame last = await client.ReadFrameAsync();
            for (RawFrame next = last; next.Opcode == RawFrame.Pong; next = await client.ReadFrameAsync())
                last = next;
            Assert.Equal("last"u8.ToArray(), last.Payload.ToArray()); // RFC 6455 section 5.5.3: the most recent ping is answered
            client.HalfClose();
        });
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(server.Endpoint, Options, Ct);
        connection.DiscardReceives();

        long allocated = await AllocatedByAsync(() =>
        {
            opened.SetResult();
            return Task.WhenAny(sent.Task, server.FinishAsync());
        });
        measured.SetResult();

        Assert.True(allocated < 4 * MiB, $"{allocated} bytes were allocated for {batches * 1000} pings");
        await server.FinishAsync();
    }

    /// <summary>A client that closed with bytes unread would send a reset, and the server might lose the close frame.</summary>
    [Fact]
    public async Task Failure_reaches_a_server_that_is_still_sending()
    {
        await using ScriptedServer server = Open(async client =>
        {
            await client.SendAsync((byte[])[.. Bytes.Hex("83 00"), .. new byte[MiB]]);
            await AssertFailedAsync(client, 1002, "reserved opcode");
            Assert.False(client.WasReset);
        });
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(server.Endpoint, Options, Ct);
        await Assert.ThrowsAsync<WebSocketClosedException>(async () => await connection.ReceiveAsync(Ct));
        await server.FinishAsync();
    }

    [Fact]
    public async Task Byte_dripping_is_read_as_it_comes()
    {
        RawFrame message = new(RawFrame.Binary, new byte[100_000]);
        await using ScriptedServer server = Open(client => client.SendAsync(message.ToBytes(isMasked: false), chop: 1));
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(server.Endpoint, Options, Ct);
        Assert.Equal(message.Payload.Length, (await connection.ReceiveAsync(Ct))?.Payload.Length);
        connection.Abort();
        await server.FinishAsync();
    }

    /// <summary>A thousand frames, and never the key of the frame before (RFC 6455 section 5.3).</summary>
    [Fact]
    public async Task Each_frame_of_ours_has_a_key_of_its_own()
    {
        TaskCompletionSource read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedServer server = Open(async client =>
        {
            for (int i = 0; i < 1000; i++)
                await client.ReadFrameAsync();
            read.SetResult();
            Assert.True(client.MaskKeys.Distinct().Count() >= client.MaskKeys.Count - 1, "Mask keys came again");
        });
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(server.Endpoint, Options, Ct);
        for (int i = 0; i < 1000; i++)
            await connection.SendAsync("the same text", Ct);
        await Task.WhenAny(read.Task, server.FinishAsync());
        connection.Abort();
        await server.FinishAsync();
    }

    /// <summary>Accepts the upgrade, then goes on.</summary>
    private static ScriptedServer Open(Func<RawPeer, Task> script) =>
        ScriptedServer.Start(async client =>
        {
            await client.SendAsync(ScriptedServer.Accepting(await client.ReadRequestAsync()));
            await script(client);
        });
}
