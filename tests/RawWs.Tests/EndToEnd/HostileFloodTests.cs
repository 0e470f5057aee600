using RawWs.Tests.Support;
using Xunit;
using static RawWs.Tests.EndToEnd.HostilePeerTests;

namespace RawWs.Tests.EndToEnd;

/// <summary>Peers that send too much, or too little at a time, or that do not read: what they cost is bounded.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class HostileFloodTests
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    [Theory]
    [InlineData("00 81 00000000 78", "tiny fragments")]
    [InlineData("00 80 00000000", "empty fragments")]
    public async Task Fragment_over_the_limit_is_1008(string fragment, string why)
    {
        await using TestServer server = await TestServer.StartAsync(options: Limits(maxFragments: 1024));
        await using RawPeer honest = await RawPeer.OpenAsync(server.Endpoint);
        await using RawPeer hostile = await RawPeer.OpenAsync(server.Endpoint);

        await hostile.SendAsync(Repeat("01 80 00000000", fragment, 1024)); // 1025 with the first

        await AssertFailedAsync(hostile, 1008, why);
        await AssertEchoesAsync(honest);
    }

    [Theory]
    [InlineData("00 81 00000000 78", 1022)]
    [InlineData("00 80 00000000", 0)]
    public async Task Message_of_as_many_fragments_as_the_limit_passes(string fragment, int length)
    {
        await using TestServer server = await TestServer.StartAsync(options: Limits(maxFragments: 1024));
        await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint);

        await peer.SendAsync(Repeat("01 80 00000000", fragment, 1022));
        await peer.SendAsync(Bytes.Hex("80 80 00000000")); // 1024 with the first and the last

        Assert.Equal(length, (await peer.ReadFrameAsync()).Payload.Length);
    }

    [Fact]
    public async Task Tiny_fragments_cost_no_more_than_their_payload()
    {
        await using TestServer server = await TestServer.StartAsync(options: Limits(maxFragments: 0));
        await using RawPeer honest = await RawPeer.OpenAsync(server.Endpoint);
        await using RawPeer hostile = await RawPeer.OpenAsync(server.Endpoint);
        byte[] flood = Repeat("02 80 00000000", "00 81 00000000 78", 131_000);

        long allocated = await AllocatedByAsync(async () =>
        {
            await hostile.SendAsync(flood);
            await hostile.SendAsync(Bytes.Hex("89 80 00000000"));
            Assert.Equal(RawFrame.Pong, (await hostile.ReadFrameAsync()).Opcode); // now all of it has been read
        });

        Assert.True(allocated < 2 * MiB, $"{allocated} bytes were allocated for 131,000 of payload");
        await AssertEchoesAsync(honest);
    }

    [Fact]
    public async Task Sum_of_fragments_over_the_limit_is_1009_at_the_header_that_crosses_it()
    {
        await using TestServer server = await TestServer.StartAsync(options: Limits(maxMessageBytes: 100_000));
        await using RawPeer hostile = await RawPeer.OpenAsync(server.Endpoint);
        byte[] fragment = new byte[40_000];

        await hostile.SendAsync(new RawFrame(RawFrame.Binary, fragment, IsFinal: false));
        await hostile.SendAsync(new RawFrame(RawFrame.Continuation, fragment, IsFinal: false));
        await hostile.SendAsync(Bytes.Hex("00 fe 9c40 00000000")); // 40,000 more announced

        await AssertFailedAsync(hostile, 1009, "third fragment");
    }

    [Fact]
    public async Task Message_as_large_as_the_limit_passes()
    {
        await using TestServer server = await TestServer.StartAsync(options: Limits(maxMessageBytes: 100_000));
        await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint);

        await peer.SendAsync(new RawFrame(RawFrame.Binary, new byte[60_000], IsFinal: false));
        await peer.SendAsync(new RawFrame(RawFrame.Continuation, new byte[40_000]));

        Assert.Equal(100_000, (await peer.ReadFrameAsync()).Payload.Length);
    }

    [Fact]
    public async Task Flood_of_pings_that_nobody_reads_the_answers_of_costs_one_pong()
    {
        const int pings = 200_000;
        await using TestServer server = await TestServer.StartAsync();
        await using RawPeer honest = await RawPeer.OpenAsync(server.Endpoint);
        await using RawPeer hostile = await RawPeer.OpenAsync(server.Endpoint);
        byte[] batch = Repeat("", "89 fd 00000000" + string.Concat(Enumerable.Repeat("70", 125)), 1000);

        long allocated = await AllocatedByAsync(async () =>
        {
            for (int i = 0; i < pings / 1000; i++)
                await hostile.SendAsync(batch);
            await AssertEchoesAsync(honest);
        });
        Assert.True(allocated < 4 * MiB, $"{allocated} bytes were allocated for {pings} pings");

        await hostile.SendAsync(Bytes.Hex("89 84 00000000 6c617374 88 82 00000000 03e8"));
        RawFrame last = await hostile.ReadFrameAsync();
        for (RawFrame next = last; next.Opcode == RawFrame.Pong; next = await hostile.ReadFrameAsync())
            last = next;
        Assert.Equal("last"u8.ToArray(), last.Payload.ToArray()); // RFC 6455 section 5.5.3: the most recent ping is answered
        Assert.Empty(await hostile.ReadToEndAsync());
    }

    [Fact]
    public async Task Flood_of_messages_to_a_busy_handler_stops_being_read()
    {
        TaskCompletionSource release = new();
        int atOnce = 0, most = 0, count = 0;
        await using TestServer server = await TestServer.StartAsync(s => s.Map("/slow", async connection =>
        {
            await foreach (WebSocketMessage message in connection.ReadAllAsync())
            {
                most = Math.Max(most, Interlocked.Increment(ref atOnce));
                await release.Task;
                Interlocked.Decrement(ref atOnce);
                count++;
            }

            await connection.SendAsync($"{count} messages, {most} at once");
        }));
        await using RawPeer honest = await RawPeer.OpenAsync(server.Endpoint);
        await using RawPeer hostile = await RawPeer.OpenAsync(server.Endpoint, "/slow");

        const int batches = 1024;
        byte[] batch = Repeat("", "82 ff 0000000000010000 00000000" + new string('0', 2 * 64 * KiB), 1); // 64 KiB: 64 MiB in all
        int sent = 0;
        Task flood = Task.Run(async () =>
        {
            for (; Volatile.Read(ref sent) < batches; Interlocked.Increment(ref sent))
                await hostile.SendAsync(batch);
        }, TestContext.Current.CancellationToken);
        for (int before = -1; before != Volatile.Read(ref sent);)
        {
            before = Volatile.Read(ref sent);
            for (int i = 0; i < 200; i++)
                await AssertEchoesAsync(honest);
        }

        Assert.True(sent < batches / 2, $"{sent} of {batches} messages were read while the handler had none done");
        release.SetResult();
        await flood;
        Assert.Equal(1, most);
    }

    /// <summary>A server that closed with bytes unread would send a reset, and the peer might lose the close frame.</summary>
    [Fact]
    public async Task Failure_reaches_a_peer_that_is_still_sending()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RawPeer hostile = await RawPeer.OpenAsync(server.Endpoint);

        await hostile.SendAsync((byte[])[.. Bytes.Hex("83 80 00000000"), .. new byte[MiB]]);

        await AssertFailedAsync(hostile, 1002, "reserved opcode");
        hostile.HalfClose();
        await server.WaitForConnectionsAsync(0);
        Assert.False(hostile.WasReset);
    }

    [Fact]
    public async Task Byte_dripping_is_read_as_it_comes()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint);
        RawFrame message = new(RawFrame.Binary, new byte[100_000]);

        await peer.SendAsync(message.ToMaskedBytes(), chop: 1);

        Assert.Equal(message.Payload.ToArray(), (await peer.ReadFrameAsync()).Payload.ToArray());
    }

    /// <summary>Wire bytes that are one thing and then many times another.</summary>
    private static byte[] Repeat(string first, string then, int times)
    {
        byte[] beginning = Bytes.Hex(first), unit = Bytes.Hex(then);
        byte[] all = new byte[beginning.Length + unit.Length * times];
        beginning.CopyTo(all, 0);
        for (int i = 0; i < times; i++)
            unit.CopyTo(all, beginning.Length + i * unit.Length);
        return all;
    }
}
