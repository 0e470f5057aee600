using RawWs.Tests.Support;
using Xunit;
using static RawWs.Tests.EndToEnd.DeflateAttack;

namespace RawWs.Tests.EndToEnd;

/// <summary>A bomb is as harmless to an application that drops what comes, or that reads it in parts.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class HostileBombReadersTests
{
    private const int MiB = 1024 * 1024;

    /// <summary>What one attack may allocate in the whole process, the test's own side included.</summary>
    private const long Bounded = 4 * MiB;

    [Theory]
    [InlineData(DeflateSide.Server, false)]
    [InlineData(DeflateSide.Server, true)]
    [InlineData(DeflateSide.Client, false)]
    [InlineData(DeflateSide.Client, true)]
    public async Task Bomb_is_1009_whoever_reads_it(string role, bool isStream)
    {
        await using DeflateSide side = await DeflateSide.StartAsync(role, maxMessageBytes: MiB, serve: isStream ? ReadInPartsAsync : DiscardAsync);
        byte[] bytes = HostileBombTests.Bytes(role);
        long allocated = await RunUnansweredAsync(side, async peer =>
        {
            Task sending = FloodAsync(peer, bytes);
            await peer.AssertFailedAsync(1009, "a bomb");
            await sending;
        });
        Assert.True(allocated < Bounded, $"{allocated} bytes were allocated");
    }

    /// <summary>The loop may wait for its reader whenever half of what it reads ahead is taken: how often it does is a matter of pace.</summary>
    private const long MostWaits = 1024L * MiB / (32 * 1024);

    /// <summary>What a wait may allocate: tasks on both sides, and what schedules them.</summary>
    private const long WaitBytes = 2 * 1024;

    /// <summary>Without a limit, a GiB goes through memory for a few pieces.</summary>
    [Theory]
    [InlineData(DeflateSide.Server, false)]
    [InlineData(DeflateSide.Server, true)]
    [InlineData(DeflateSide.Client, false)]
    [InlineData(DeflateSide.Client, true)]
    public async Task Without_a_limit_a_GiB_takes_no_more_memory(string role, bool isStream)
    {
        TaskCompletionSource<long> read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using DeflateSide side = await DeflateSide.StartAsync(role, maxMessageBytes: 0, serve: isStream ? connection => CountAsync(connection, read) : DiscardAsync);
        byte[] bytes = HostileBombTests.Bytes(role);
        long allocated = await RunUnansweredAsync(side, async peer =>
        {
            await peer.Raw.SendAsync(bytes);
            await peer.SendFramesAsync(new RawFrame(RawFrame.Ping, default));
            Assert.Equal(RawFrame.Pong, (await peer.Raw.ReadFrameAsync()).Opcode); // now all of it has been inflated
            if (isStream) Assert.Equal(1024L * MiB, await read.Task.WaitAsync(TestContext.Current.CancellationToken));
            Assert.Equal(1024L * MiB, peer.Ours.Compression!.Value.ReceivedBytes);
        });
        Assert.True(allocated < (isStream ? MostWaits * WaitBytes : Bounded), $"{allocated} bytes were allocated");
    }

    /// <summary>The reader learns of it first, and its end must not be taken for a close of its own.</summary>
    [Theory]
    [MemberData(nameof(DeflateSide.Roles), MemberType = typeof(DeflateSide))]
    public async Task Plain_message_that_is_too_large_is_1009_for_a_reader_in_parts(string role)
    {
        await using DeflateSide side = await DeflateSide.StartAsync(role, maxMessageBytes: 100_000, serve: ReadInPartsAsync);
        await RunUnansweredAsync(side, async peer =>
        {
            await peer.SendFramesAsync(
                new RawFrame(RawFrame.Binary, new byte[90_000], IsFinal: false), new RawFrame(RawFrame.Ping, default), new RawFrame(RawFrame.Continuation, new byte[20_000]));
            Assert.Equal(RawFrame.Pong, (await peer.Raw.ReadFrameAsync()).Opcode);
            await peer.AssertFailedAsync(1009, "a fragment too much");
        });
    }

    private static Task<WebSocketCloseResult> DiscardAsync(WebSocketConnection connection)
    {
        connection.DiscardReceives();
        return connection.Completion;
    }

    private static async Task ReadInPartsAsync(WebSocketConnection connection)
    {
        TaskCompletionSource<long> read = new();
        await CountAsync(connection, read);
    }

    private static async Task CountAsync(WebSocketConnection connection, TaskCompletionSource<long> read)
    {
        byte[] buffer = new byte[100_000];
        while (await connection.ReceiveStreamAsync() is { } stream)
        {
            long length = 0;
            for (int count = await stream.ReadAsync(buffer); count > 0; count = await stream.ReadAsync(buffer))
                length += count;
            read.TrySetResult(length);
        }
    }

    /// <summary>Attacks a side that answers nothing, and sees that nothing is left of it.</summary>
    private static async Task<long> RunUnansweredAsync(DeflateSide side, Func<DeflatePeer, Task> attack)
    {
        int before = LiveContexts.Count();
        long allocated;
        await using (DeflatePeer hostile = await side.OpenAsync())
            allocated = await HostilePeerTests.AllocatedByAsync(() => attack(hostile));
        await LiveContexts.WaitForAsync(before);
        return allocated;
    }
}
