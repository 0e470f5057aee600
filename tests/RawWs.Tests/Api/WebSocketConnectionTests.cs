using System.Net.WebSockets;
using System.Text.Json;
using RawWs.Tests.Connection;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Api;

public sealed class WebSocketConnectionTests
{
    [Fact]
    public void Each_connection_has_an_id_and_a_bag_of_its_own()
    {
        WebSocketConnection one = new Wire().Connection;
        WebSocketConnection other = new Wire().Connection;
        Assert.True(one.Id > 0);
        Assert.NotEqual(one.Id, other.Id);
        one.Items["name"] = "one";
        Assert.Equal("one", one.Items["name"]);
        Assert.Empty(other.Items);
        Assert.Same(one.Items, one.Items);
    }

    [Fact]
    public void A_new_connection_is_open_and_not_completed()
    {
        WebSocketConnection connection = new Wire().Connection;
        Assert.True(connection.IsOpen);
        Assert.False(connection.Completion.IsCompleted);
        Assert.False(connection.Closed.IsCancellationRequested);
        Assert.Null(connection.Subprotocol);
        Assert.Equal("/test", connection.Request.Path);
        Assert.Equal(0, connection.BufferedBytes);
    }

    [Theory]
    [InlineData(WebSocketMessageType.Text, "81 01 61")]
    [InlineData(WebSocketMessageType.Binary, "82 01 61")]
    public async Task A_message_is_sent_with_its_type_in_every_way(WebSocketMessageType type, string frame)
    {
        Wire wire = new();
        await wire.Connection.SendAsync("a"u8.ToArray(), type);
        await wire.Connection.SendAsync(new WebSocketMessage("a"u8.ToArray(), type));
        Assert.Equal($"{frame} {frame}", wire.Sent());
        await wire.Connection.SendStreamAsync(new MemoryStream("a"u8.ToArray()), type);
        Assert.Equal($"0{frame[1..]} 80 00", wire.Sent());
    }

    [Fact]
    public async Task What_is_no_message_is_refused()
    {
        WebSocketConnection connection = new Wire().Connection;
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await connection.SendAsync(new byte[1], WebSocketMessageType.Close));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await connection.SendStreamAsync(Stream.Null, WebSocketMessageType.Close));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await connection.SendAsync((string)null!));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await connection.SendStreamAsync(null!));
        Assert.True(connection.IsOpen);
    }

    // section 8.1: half a surrogate pair would not be UTF-8
    [Fact]
    public async Task Text_is_sent_as_UTF_8()
    {
        Wire wire = new();
        await wire.Connection.SendAsync("\u00e9\u20ac\ud83d\ude00");
        await wire.Connection.SendAsync("a\ud800b");
        Assert.Equal("81 09 c3 a9 e2 82 ac f0 9f 98 80 81 05 61 ef bf bd 62", wire.Sent());
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public async Task Long_text_is_sent_whole(int length)
    {
        Wire wire = new();
        string text = new('\u00e9', length);
        Task sent = wire.Connection.SendAsync(text).AsTask();
        RawFrame frame = await wire.NextAsync();
        await wire.Within(sent);
        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(frame.Payload.Span));
    }

    [Fact]
    public async Task A_received_message_can_be_sent_on()
    {
        Wire wire = new();
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Receive("81 01 61");
        await wire.Connection.SendAsync((await receive)!.Value);
        Assert.Equal("81 01 61", wire.Sent());
    }

    [Fact]
    public async Task A_value_is_sent_as_a_text_of_JSON()
    {
        Wire wire = new();
        await wire.Connection.SendJsonAsync(new Price("RAW", 12.5m), TestJson.Default.Price);
        RawFrame frame = wire.Next();
        Assert.Equal(RawFrame.Text, frame.Opcode);
        Assert.Equal("""{"Symbol":"RAW","Value":12.5}""", System.Text.Encoding.UTF8.GetString(frame.Payload.Span));
    }

    [Fact]
    public async Task A_message_of_JSON_is_received_as_a_value()
    {
        Wire wire = new();
        wire.Receive(new RawFrame(RawFrame.Text, """{"Symbol":"RAW","Value":12.5}"""u8.ToArray()));
        wire.Receive(new RawFrame(RawFrame.Binary, "null"u8.ToArray()));
        Assert.Equal(new Price("RAW", 12.5m), await wire.Connection.ReceiveJsonAsync(TestJson.Default.Price));
        Assert.Null(await wire.Connection.ReceiveJsonAsync(TestJson.Default.Price));
    }

    [Fact]
    public async Task What_is_not_such_JSON_is_told_and_the_connection_goes_on()
    {
        Wire wire = new();
        wire.Receive(new RawFrame(RawFrame.Text, "{"u8.ToArray()));
        wire.Receive(new RawFrame(RawFrame.Text, """{"Symbol":"next"}"""u8.ToArray()));
        await Assert.ThrowsAsync<JsonException>(async () => await wire.Connection.ReceiveJsonAsync(TestJson.Default.Price));
        Assert.True(wire.Connection.IsOpen);
        Assert.Equal("next", (await wire.Connection.ReceiveJsonAsync(TestJson.Default.Price))?.Symbol);
    }

    [Fact]
    public async Task After_a_clean_close_there_is_no_value()
    {
        Wire wire = new();
        ValueTask<Price?> receive = wire.Connection.ReceiveJsonAsync(TestJson.Default.Price);
        wire.Receive("88 00");
        Assert.Null(await wire.Within(receive));
    }
}
