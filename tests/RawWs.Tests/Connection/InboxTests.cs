using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

public sealed class InboxTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_receive_takes_what_is_there_or_what_comes_next(bool isServer)
    {
        Wire wire = new(isServer);
        wire.Receive("81 01 61 81 01 62");
        Assert.Equal("a", (await wire.Connection.ReceiveAsync())!.Value.Text);
        Assert.Equal("b", (await wire.Connection.ReceiveAsync())!.Value.Text);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        Assert.False(receive.IsCompleted);
        wire.Receive("81 01 63");
        Assert.True(receive.IsCompletedSuccessfully);
        Assert.Equal("c", (await receive)!.Value.Text);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_second_receive_at_once_is_refused_and_the_first_goes_on(bool isStreamFirst, bool isStreamSecond)
    {
        Wire wire = new();
        Task first = isStreamFirst ? wire.Connection.ReceiveStreamAsync().AsTask() : wire.Connection.ReceiveAsync().AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            if (isStreamSecond)
                await wire.Connection.ReceiveStreamAsync();
            else
                await wire.Connection.ReceiveAsync();
        });
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await wire.Connection.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync());
        Assert.False(first.IsCompleted);
        wire.Receive("81 01 61");
        await wire.Within(first);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Canceling_a_receive_loses_no_message_and_leaves_the_connection_usable(bool isServer)
    {
        Wire wire = new(isServer);
        for (int i = 0; i < 20; i++)
        {
            using CancellationTokenSource cts = new();
            ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync(cts.Token);
            if (i % 3 == 0)
                wire.ReceiveBytes(wire.FromPeer(Bytes.Hex("81 01 61")).AsSpan(0, 2));
            await cts.CancelAsync();
            OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await receive);
            Assert.Equal(cts.Token, error.CancellationToken);
            wire.ReceiveBytes(wire.FromPeer(Bytes.Hex("81 01 61")).AsSpan(i % 3 == 0 ? 2 : 0));
            Assert.Equal("a", (await wire.Connection.ReceiveAsync())!.Value.Text);
        }
        Assert.True(wire.Connection.IsOpen);
    }

    [Fact]
    public async Task Canceling_after_a_message_has_come_changes_nothing()
    {
        Wire wire = new();
        using CancellationTokenSource cts = new();
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync(cts.Token);
        wire.Receive("81 01 61");
        await cts.CancelAsync();
        Assert.Equal("a", (await receive)!.Value.Text);
        ValueTask<WebSocketMessage?> next = wire.Connection.ReceiveAsync();
        Assert.False(next.IsCompleted);
        wire.Receive("81 01 62");
        Assert.Equal("b", (await next)!.Value.Text);
    }

    [Fact]
    public async Task A_token_that_was_canceled_before_takes_no_message_and_ends_none()
    {
        Wire wire = new();
        wire.Receive("81 01 61 81 01 62");
        WebSocketMessage held = (await wire.Connection.ReceiveAsync())!.Value;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await wire.Connection.ReceiveAsync(new(canceled: true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await wire.Connection.ReceiveStreamAsync(new(canceled: true)));
        Assert.Equal("a", held.Text);
        Assert.Equal("b", (await wire.Connection.ReceiveAsync())!.Value.Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_messages_before_a_clean_close_are_received_and_then_the_loop_ends(bool isServer)
    {
        Wire wire = new(isServer);
        wire.Receive("81 01 61 81 01 62 88 02 03 e8");
        wire.Advance(TimeSpan.FromSeconds(1));
        wire.HangUp();
        await wire.Within(wire.Connection.Completion);
        List<string> texts = [];
        await foreach (WebSocketMessage message in wire.Connection.ReadAllAsync())
            texts.Add(message.Text);
        Assert.Equal(["a", "b"], texts);
        Assert.Null(await wire.Connection.ReceiveAsync());
        Assert.Null(await wire.Connection.ReceiveStreamAsync());
        Assert.Null(await wire.Connection.ReceiveAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_messages_before_an_abnormal_end_are_received_and_then_it_is_thrown(bool isServer)
    {
        Wire wire = new(isServer);
        wire.Receive("81 01 61 81 01 62");
        wire.HangUp();
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        List<string> texts = [];
        WebSocketClosedException error = await Assert.ThrowsAsync<WebSocketClosedException>(async () =>
        {
            await foreach (WebSocketMessage message in wire.Connection.ReadAllAsync())
                texts.Add(message.Text);
        });
        Assert.Equal(["a", "b"], texts);
        Assert.Equal(result, error.Result);
        await Assert.ThrowsAsync<WebSocketClosedException>(async () => await wire.Connection.ReceiveAsync());
        await Assert.ThrowsAsync<WebSocketClosedException>(async () => await wire.Connection.ReceiveStreamAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_loop_that_is_canceled_can_be_begun_again(bool isToken)
    {
        Wire wire = new();
        using CancellationTokenSource cts = new();
        IAsyncEnumerable<WebSocketMessage> all = isToken ? wire.Connection.ReadAllAsync(cts.Token) : wire.Connection.ReadAllAsync();
        await using (IAsyncEnumerator<WebSocketMessage> loop = isToken ? all.GetAsyncEnumerator() : all.GetAsyncEnumerator(cts.Token))
        {
            ValueTask<bool> move = loop.MoveNextAsync();
            wire.Receive("81 01 61");
            Assert.True(await move);
            Assert.Equal("a", loop.Current.Text);
            move = loop.MoveNextAsync();
            await cts.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await move);
        }
        wire.Receive("81 01 62 88 00");
        List<string> texts = [];
        await foreach (WebSocketMessage message in wire.Connection.ReadAllAsync())
            texts.Add(message.Text);
        Assert.Equal(["b"], texts);
    }

    [Fact]
    public void A_loop_has_no_current_message_before_its_first()
    {
        Wire wire = new();
        IAsyncEnumerator<WebSocketMessage> loop = wire.Connection.ReadAllAsync().GetAsyncEnumerator();
        Assert.Throws<InvalidOperationException>(() => loop.Current);
    }

    [Fact]
    public async Task Breaking_out_of_a_loop_leaves_the_rest_to_the_next()
    {
        Wire wire = new();
        wire.Receive("81 01 61 81 01 62");
        await foreach (WebSocketMessage message in wire.Connection.ReadAllAsync())
        {
            Assert.Equal("a", message.Text);
            break;
        }
        Assert.Equal("b", (await wire.Connection.ReceiveAsync())!.Value.Text);
    }

    [Fact]
    public async Task Nothing_is_received_after_discarding()
    {
        Wire wire = new();
        wire.Receive("81 01 61 81 01 62");
        await wire.Connection.ReceiveAsync();
        wire.Connection.DiscardReceives();
        wire.Connection.DiscardReceives();
        Assert.Equal(0, wire.Core.Inbox.ReadyCost);
        wire.Receive("81 01 63");
        Assert.Equal(0, wire.Core.Inbox.ReadyCost);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await wire.Connection.ReceiveAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await wire.Connection.ReceiveStreamAsync());
        wire.Receive("88 00");
        wire.HangUp();
        await wire.Within(wire.Connection.Completion);
        Assert.Null(await wire.Connection.ReceiveAsync());
    }

    [Fact]
    public async Task A_consumer_that_waits_is_completed_with_the_bytes_where_they_lie()
    {
        Wire wire = new();
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Receive("82 04 01 02 03 04");
        WebSocketMessage first = (await receive)!.Value;
        receive = wire.Connection.ReceiveAsync();
        wire.Receive("82 04 05 06 07 08");
        WebSocketMessage second = (await receive)!.Value;
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(first.Payload, out ArraySegment<byte> one));
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(second.Payload, out ArraySegment<byte> two));
        Assert.Equal([5, 6, 7, 8], second.ToArray());
        Assert.True(one.Array!.Length >= 4096 && two.Array!.Length >= 4096, "the messages do not lie in the pipe's blocks");
    }

    [Fact]
    public void A_consumer_that_keeps_up_runs_within_the_loop()
    {
        Wire wire = new();
        List<int> threads = [];
        _ = LoopAsync();
        wire.Receive("81 01 61 81 01 62");
        Assert.Equal([Environment.CurrentManagedThreadId, Environment.CurrentManagedThreadId], threads);

        async Task LoopAsync()
        {
            await foreach (WebSocketMessage _ in wire.Connection.ReadAllAsync())
                threads.Add(Environment.CurrentManagedThreadId);
        }
    }

    [Fact]
    public void A_receive_goes_on_in_the_context_that_it_was_awaited_in()
    {
        Wire wire = new();
        RecordingContext context = new();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        string? text = null;
        _ = ReceiveAsync();
        SynchronizationContext.SetSynchronizationContext(before);

        wire.Receive("81 01 61");
        Assert.Null(text);
        context.Run();
        Assert.Equal("a", text);

        async Task ReceiveAsync() => text = (await wire.Connection.ReceiveAsync())!.Value.Text;
    }

    [Fact]
    public void A_receive_goes_on_with_the_callers_ambient_values()
    {
        Wire wire = new();
        AsyncLocal<string?> ambient = new();
        string? seen = null;
        _ = ReceiveAsync();
        ambient.Value = "the test's";
        wire.Receive("81 01 61");
        Assert.Equal("the consumer's", seen);
        Assert.Equal("the test's", ambient.Value);

        async Task ReceiveAsync()
        {
            ambient.Value = "the consumer's";
            await wire.Connection.ReceiveAsync();
            seen = ambient.Value;
        }
    }

    private sealed class RecordingContext : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();

        public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

        public void Run()
        {
            while (_posted.TryDequeue(out (SendOrPostCallback Callback, object? State) next))
                next.Callback(next.State);
        }
    }
}
