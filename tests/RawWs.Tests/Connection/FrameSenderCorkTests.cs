using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

/// <summary>What is sent while a batch of received bytes is handled leaves together.</summary>
public sealed class FrameSenderCorkTests
{
    private const int Large = 8 * 1024;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Answers_to_messages_of_one_segment_leave_in_one_flush(bool isServer)
    {
        Wire wire = new(isServer);
        _ = TestServer.EchoAsync(wire.Connection);
        string messages = string.Join(" ", Enumerable.Range(0, 16).Select(static i => $"82 01 {i:x2}"));
        wire.Receive(messages);
        Assert.Equal(1, wire.Transport.Writer.Flushes);
        Assert.Equal(messages, wire.Sent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pongs_leave_together_with_the_answers_of_their_segment(bool isServer)
    {
        Wire wire = new(isServer);
        _ = TestServer.EchoAsync(wire.Connection);
        wire.Receive("81 01 61 89 01 62 81 01 63");
        Assert.Equal(1, wire.Transport.Writer.Flushes);
        Assert.Equal("81 01 61 8a 01 62 81 01 63", wire.Sent());
    }

    [Fact]
    public void A_send_from_another_thread_flushes_and_takes_along_what_is_held()
    {
        Wire wire = new();
        List<int> flushes = [];
        _ = OnMessageAsync(wire.Connection, async () =>
        {
            await wire.Connection.SendAsync("held");
            flushes.Add(wire.Transport.Writer.Flushes);
            OnAnotherThread(() => _ = wire.Connection.SendAsync("b"));
            flushes.Add(wire.Transport.Writer.Flushes);
        });
        wire.Receive("81 00");
        Assert.Equal([0, 1], flushes);
        Assert.Equal("81 04 68 65 6c 64 81 01 62", wire.Sent());
    }

    [Fact]
    public void FlushAsync_lets_go_what_is_held()
    {
        Wire wire = new();
        List<int> flushes = [];
        _ = OnMessageAsync(wire.Connection, async () =>
        {
            await wire.Connection.SendAsync("1 %");
            flushes.Add(wire.Transport.Writer.Flushes);
            await wire.Connection.FlushAsync();
            flushes.Add(wire.Transport.Writer.Flushes);
            await wire.Connection.SendAsync("2 %");
            flushes.Add(wire.Transport.Writer.Flushes);
        });
        wire.Receive("81 00");
        Assert.Equal([0, 1, 1], flushes);
        Assert.Equal(2, wire.Transport.Writer.Flushes);
    }

    [Fact]
    public void What_a_handler_sent_leaves_when_it_really_waits()
    {
        Wire wire = new();
        TaskCompletionSource goOn = new();
        _ = OnMessageAsync(wire.Connection, async () =>
        {
            await wire.Connection.SendAsync("a");
            await goOn.Task;
            await wire.Connection.SendAsync("b");
        });
        wire.Receive("81 00");
        Assert.Equal("81 01 61", wire.Sent());
        goOn.SetResult();
        Assert.Equal("81 01 62", wire.Sent());
    }

    [Fact]
    public void A_handler_that_sends_much_does_not_hold_it_all_back()
    {
        Wire wire = new();
        List<long> buffered = [];
        _ = OnMessageAsync(wire.Connection, async () =>
        {
            for (int i = 0; i < 60; i++)
            {
                await wire.Connection.SendAsync(new byte[2000]);
                wire.Sent();
                buffered.Add(wire.Connection.BufferedBytes);
            }
        });
        wire.Receive("81 00");
        Assert.Equal(60, buffered.Count);
        Assert.Equal(2004, buffered[0]);
        Assert.InRange(buffered.Max(), 32 * 1024, 64 * 1024);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_large_answer_takes_along_what_is_held(bool isServer)
    {
        Wire wire = new(isServer);
        _ = OnMessageAsync(wire.Connection, async () =>
        {
            await wire.Connection.SendAsync("a");
            await wire.Connection.SendAsync(Wire.Pattern(Large));
            await wire.Connection.SendAsync("b");
        });
        wire.Receive("81 00");
        await wire.Until(() => wire.Connection.BufferedBytes == 0);
        Assert.Equal(2, wire.Transport.Writer.Flushes);
        Assert.Equal("a"u8.ToArray(), wire.Next().Payload.ToArray());
        Assert.Equal(Wire.Pattern(Large), wire.Next().Payload.ToArray());
        Assert.Equal("b"u8.ToArray(), wire.Next().Payload.ToArray());
    }

    private static async Task OnMessageAsync(WebSocketConnection connection, Func<Task> handler)
    {
        await foreach (WebSocketMessage _ in connection.ReadAllAsync())
            await handler();
    }

    private static void OnAnotherThread(Action action)
    {
        Thread other = new(() => action());
        other.Start();
        other.Join();
    }
}
