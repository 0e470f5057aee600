using System.Net.WebSockets;
using RawWs.Tests.Connection;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Adapters;

/// <summary>What the connection beneath the framework's WebSocket does, at the level of its wire.</summary>
public sealed class AdaptedConnectionTests
{
    private const string Close1000 = "88 02 03 e8";

    private static readonly TimeSpan CloseTimeout = new WebSocketEndpointOptions().CloseTimeout;

    [Fact]
    public async Task There_is_one_WebSocket_for_a_connection_and_it_has_the_receives_for_itself()
    {
        Wire wire = new();
        WebSocket socket = wire.Connection.AsWebSocket();
        Assert.Same(socket, wire.Connection.AsWebSocket());
        wire.Receive("81 01 61");
        Assert.Contains("AsWebSocket", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await wire.Connection.ReceiveAsync())).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await wire.Connection.ReceiveStreamAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await wire.Connection.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync());
        Assert.Equal(1, (await wire.Within(socket.ReceiveAsync(new byte[8].AsMemory(), default))).Count);
    }

    [Fact]
    public async Task What_the_connection_has_taken_back_is_not_read_any_more()
    {
        Wire wire = new();
        WebSocket socket = wire.Connection.AsWebSocket();
        wire.Receive("82 04 01 02 03 04");
        Assert.Equal(1, (await wire.Within(socket.ReceiveAsync(new byte[1].AsMemory(), default))).Count);
        wire.Connection.DiscardReceives();
        byte[] buffer = new byte[8];
        await Assert.ThrowsAsync<WebSocketException>(async () => await wire.Within(socket.ReceiveAsync(buffer.AsMemory(), default)));
        Assert.Equal(new byte[8], buffer);
    }

    [Fact]
    public async Task Disposing_it_lets_go_of_messages_that_nobody_took()
    {
        Wire wire = new(isServer: false);
        WebSocket socket = wire.Connection.AsWebSocket();
        wire.Receive("82 04 01 02 03 04");
        Assert.Equal(1, (await wire.Within(socket.ReceiveAsync(new byte[1].AsMemory(), default))).Count);
        socket.Dispose();
        Assert.True(wire.Connection.Core.Inbox.Discards);
    }

    [Fact]
    public async Task It_is_refused_while_another_has_the_receives()
    {
        Wire waiting = new();
        ValueTask<WebSocketMessage?> receive = waiting.Connection.ReceiveAsync();
        Assert.Throws<InvalidOperationException>(() => waiting.Connection.AsWebSocket());
        waiting.Receive("81 01 61");
        Assert.Equal("a", (await receive)!.Value.Text);
        Assert.NotNull(waiting.Connection.AsWebSocket());

        Wire discarding = new();
        discarding.Connection.DiscardReceives();
        Assert.Throws<InvalidOperationException>(() => discarding.Connection.AsWebSocket());
    }

    [Fact]
    public async Task Messages_of_others_wait_for_the_end_of_its_message_in_fragments()
    {
        Wire wire = new();
        WebSocket socket = wire.Connection.AsWebSocket();
        await socket.SendAsync(new byte[] { 1 }.AsMemory(), WebSocketMessageType.Binary, false, default);
        ValueTask other = wire.Connection.SendAsync("a");
        wire.Receive("89 00");
        Assert.Equal("02 01 01 8a 00", wire.Sent());
        Assert.False(other.IsCompleted);
        await socket.SendAsync(new byte[] { 2 }.AsMemory(), WebSocketMessageType.Binary, true, default);
        await wire.Within(other);
        Assert.Equal("80 01 02 81 01 61", wire.Sent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_close_that_the_application_does_not_answer_is_answered_when_the_close_timeout_has_passed(bool isServer)
    {
        Wire wire = new(isServer);
        WebSocket socket = wire.Connection.AsWebSocket();
        wire.Receive("88 02 0f a1");
        wire.Advance(CloseTimeout - TimeSpan.FromTicks(1));
        Assert.Equal("", wire.Sent());
        Assert.True(wire.Connection.Closed.IsCancellationRequested);
        wire.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(4001, (await wire.NextAsync()).CloseCode);
        wire.HangUp();
        Assert.True((await wire.Within(wire.Connection.Completion)).IsClean);

        Assert.Equal(WebSocketState.Open, socket.State);
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(new byte[8].AsMemory(), default)).MessageType);
        Assert.Equal(WebSocketState.CloseReceived, socket.State);
        WebSocketException late = await Assert.ThrowsAsync<WebSocketException>(async () => await socket.SendAsync(new byte[1].AsMemory(), WebSocketMessageType.Binary, true, default));
        Assert.Equal(WebSocketError.ConnectionClosedPrematurely, late.WebSocketErrorCode);
        await wire.Within(socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default));
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Fact]
    public async Task A_close_that_was_answered_before_there_was_a_WebSocket_is_told_all_the_same()
    {
        Wire wire = new();
        wire.Receive("81 01 61 " + Close1000);
        wire.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1000, (await wire.NextAsync()).CloseCode);
        WebSocket socket = wire.Connection.AsWebSocket();
        Assert.Equal(1, (await wire.Within(socket.ReceiveAsync(new byte[8].AsMemory(), default))).Count);
        Assert.Equal(WebSocketMessageType.Close, (await wire.Within(socket.ReceiveAsync(new byte[8].AsMemory(), default))).MessageType);
        await wire.Within(socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default));
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Behind_our_close_a_peer_that_sends_has_all_the_time_and_one_that_is_silent_has_the_close_timeout(bool isServer)
    {
        Wire wire = new(isServer);
        WebSocket socket = wire.Connection.AsWebSocket();
        await wire.Within(socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default));
        Assert.Equal(Close1000, wire.Sent());
        for (int i = 0; i < 5; i++)
        {
            wire.Advance(CloseTimeout * 0.9);
            wire.Receive("81 01 61");
            Assert.Equal(1, (await wire.Within(socket.ReceiveAsync(new byte[8].AsMemory(), default))).Count);
        }
        ValueTask<ValueWebSocketReceiveResult> receive = socket.ReceiveAsync(new byte[8].AsMemory(), default);
        wire.Advance(CloseTimeout - TimeSpan.FromTicks(1));
        Assert.False(receive.IsCompleted);
        Assert.Equal(WebSocketState.CloseSent, socket.State);
        wire.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(WebSocketState.Aborted, socket.State);
        await Assert.ThrowsAsync<OperationCanceledException>(() => wire.Within(receive));
        Assert.IsType<TimeoutException>((await wire.Within(wire.Connection.Completion)).Error);
    }

    [Fact]
    public async Task Behind_our_close_an_application_that_is_slow_to_receive_loses_nothing()
    {
        Wire wire = new(options: new() { ReadAhead = 200 });
        WebSocket socket = wire.Connection.AsWebSocket();
        await wire.Within(socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default));
        Task sent = wire.ReceiveAsync(wire.FromPeer(Support.Bytes.Hex(string.Concat(Enumerable.Repeat("82 01 01", 200)) + Close1000)));
        wire.Advance(CloseTimeout * 5);
        for (int i = 0; i < 200; i++)
            Assert.Equal(1, (await wire.Within(socket.ReceiveAsync(new byte[8].AsMemory(), default))).Count);
        Assert.Equal(WebSocketMessageType.Close, (await wire.Within(socket.ReceiveAsync(new byte[8].AsMemory(), default))).MessageType);
        await wire.Within(sent);
        wire.HangUp();
        Assert.True((await wire.Within(wire.Connection.Completion)).IsClean);
    }

    [Fact]
    public async Task Behind_our_close_disposing_the_connection_waits_for_the_close_timeout_only()
    {
        Wire wire = new();
        WebSocket socket = wire.Connection.AsWebSocket();
        await wire.Within(socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default));
        Task disposed = wire.Connection.DisposeAsync().AsTask();
        for (int i = 0; i < 9; i++)
        {
            wire.Advance(CloseTimeout / 10);
            wire.Receive("81 01 61");
        }
        Assert.False(disposed.IsCompleted);
        wire.Advance(CloseTimeout / 10);
        await wire.Within(disposed);
        Assert.IsType<TimeoutException>((await wire.Connection.Completion).Error);
    }

    [Fact]
    public async Task A_close_of_the_connection_itself_shows_in_the_state()
    {
        Wire wire = new();
        WebSocket socket = wire.Connection.AsWebSocket();
        Task<WebSocketCloseResult> closed = wire.Connection.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
        Assert.Equal("88 02 03 e9", wire.Sent());
        Assert.Equal(WebSocketState.CloseSent, socket.State);
        wire.Receive(Close1000);
        Assert.Equal(WebSocketMessageType.Close, (await wire.Within(socket.ReceiveAsync(new byte[8].AsMemory(), default))).MessageType);
        Assert.Equal(WebSocketState.Closed, socket.State);
        wire.HangUp();
        Assert.True((await wire.Within(closed)).IsClean);
    }

    [Fact]
    public async Task A_close_of_the_connection_itself_answers_the_close_that_the_application_has_not()
    {
        Wire wire = new();
        WebSocket socket = wire.Connection.AsWebSocket();
        wire.Receive(Close1000);
        Assert.Equal(WebSocketMessageType.Close, (await wire.Within(socket.ReceiveAsync(new byte[8].AsMemory(), default))).MessageType);
        await wire.Connection.SendAsync("a");
        Assert.Equal("81 01 61", wire.Sent());
        Task disposed = wire.Connection.DisposeAsync().AsTask();
        Assert.Equal(Close1000, wire.Sent());
        wire.HangUp();
        await wire.Within(disposed);
        Assert.True((await wire.Connection.Completion).IsClean);
    }

    [Fact]
    public async Task Disposing_it_when_both_sides_have_closed_does_not_break_the_connection_off()
    {
        Wire wire = new();
        WebSocket socket = wire.Connection.AsWebSocket();
        Task close = socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        wire.Receive(Close1000);
        await wire.Within(close);
        socket.Dispose();
        socket.Abort();
        wire.Collect();
        Assert.False(wire.IsReset);
        wire.HangUp();
        Assert.True((await wire.Within(wire.Connection.Completion)).IsClean);
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Fact]
    public void A_deadline_of_the_connection_shows_in_the_state()
    {
        Wire wire = new();
        WebSocket socket = wire.Connection.AsWebSocket();
        wire.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(WebSocketState.Aborted, socket.State);
    }

    [Fact]
    public async Task A_frame_that_comes_in_pieces_is_given_as_one_part()
    {
        Wire wire = new();
        WebSocket socket = wire.Connection.AsWebSocket();
        byte[] buffer = new byte[2000];
        ValueTask<ValueWebSocketReceiveResult> receive = socket.ReceiveAsync(buffer.AsMemory(), default);
        byte[] frame = wire.FromPeer(new Support.RawFrame(Support.RawFrame.Binary, Wire.Pattern(1000)));
        for (int i = 0; i < frame.Length; i += 100)
        {
            Assert.False(receive.IsCompleted);
            wire.ReceiveBytes(frame.AsSpan(i, Math.Min(100, frame.Length - i)));
        }
        ValueWebSocketReceiveResult part = await wire.Within(receive);
        Assert.Equal(new(1000, WebSocketMessageType.Binary, true), part);
        Assert.Equal(Wire.Pattern(1000), buffer[..1000]);
    }

    [Fact]
    public async Task A_part_that_fills_the_read_ahead_is_given_when_it_is_asked_for()
    {
        Wire wire = new(options: new() { ReadAhead = 16 });
        WebSocket socket = wire.Connection.AsWebSocket();
        wire.Receive(new Support.RawFrame(Support.RawFrame.Binary, Wire.Pattern(20), IsFinal: false));
        byte[] buffer = new byte[100];
        Assert.Equal(new(20, WebSocketMessageType.Binary, false), await wire.Within(socket.ReceiveAsync(buffer.AsMemory(), default)));
        ValueTask<ValueWebSocketReceiveResult> rest = socket.ReceiveAsync(buffer.AsMemory(), default);
        Assert.False(rest.IsCompleted);
        wire.Receive("80 01 ff");
        Assert.Equal(new(1, WebSocketMessageType.Binary, true), await wire.Within(rest));
    }
}
