using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

public sealed class FrameSenderTests
{
    /// <summary>Payloads from here on are not copied.</summary>
    private const int Direct = 8 * 1024;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_is_one_frame(bool isServer)
    {
        Wire wire = new(isServer);
        await wire.Connection.SendAsync("Hi");
        await wire.Connection.SendAsync(Bytes.Hex("de ad"));
        await wire.Connection.SendAsync("", TestContext.Current.CancellationToken);
        Assert.Equal("81 02 48 69 82 02 de ad 81 00", wire.Sent());
    }

    [Theory]
    [InlineData(true, 125)]
    [InlineData(true, 126)]
    [InlineData(true, Direct - 1)]
    [InlineData(true, Direct)]
    [InlineData(true, 65_535)]
    [InlineData(true, 65_536)]
    [InlineData(true, 300_000)]
    [InlineData(false, 125)]
    [InlineData(false, 126)]
    [InlineData(false, Direct - 1)]
    [InlineData(false, Direct)]
    [InlineData(false, 65_535)]
    [InlineData(false, 65_536)]
    [InlineData(false, 300_000)]
    public async Task A_payload_of_any_size_arrives_as_it_is(bool isServer, int size)
    {
        Wire wire = new(isServer);
        byte[] payload = Wire.Pattern(size);
        Task sent = wire.Connection.SendAsync(payload).AsTask();

        RawFrame frame = await wire.NextAsync();
        await wire.Within(sent);

        Assert.Equal(RawFrame.Binary, frame.Opcode);
        Assert.True(frame.IsFinal);
        Assert.Equal(payload, frame.Payload.ToArray());
        Assert.Equal(Wire.Pattern(size), payload);              // masking did not touch the caller's memory
        Assert.Equal(0, wire.Connection.BufferedBytes);
    }

    [Fact]
    public async Task A_server_masks_nothing()
    {
        Wire wire = new();
        await SendOneOfEachAsync(wire);
        Assert.NotEmpty(wire.Keys);
        Assert.All(wire.Keys, static key => Assert.Null(key));
    }

    [Fact]
    public async Task A_client_masks_every_frame_with_a_key_of_its_own()
    {
        Wire wire = new(isServer: false);
        for (int i = 0; i < 200; i++)
            await wire.Connection.SendAsync("x");
        wire.Sent();
        await SendOneOfEachAsync(wire);
        Assert.True(wire.Keys.Count > 205);
        Assert.DoesNotContain(null, wire.Keys);
        Assert.Equal(wire.Keys.Count, wire.Keys.Distinct().Count());
    }

    [Fact]
    public async Task A_large_payload_of_a_server_is_not_copied()
    {
        Wire wire = new();
        byte[] payload = Wire.Pattern(Direct);
        await wire.Connection.SendAsync(payload);

        ReadOnlyMemory<byte> given = Assert.Single(wire.Transport.Writer.Direct);
        Assert.True(MemoryMarshal.TryGetArray(given, out ArraySegment<byte> segment));
        Assert.Same(payload, segment.Array);
        Assert.Equal(1, wire.Transport.Writer.Flushes);
    }

    [Fact]
    public async Task A_small_payload_is_copied_and_the_callers_again_when_the_call_returns()
    {
        Wire wire = new();
        byte[] payload = Wire.Pattern(Direct - 1);
        wire.Transport.Writer.Hold();
        await wire.Connection.SendAsync(payload);               // waits in the transport
        await wire.Connection.SendAsync(payload);               // waits behind it
        Array.Clear(payload);

        wire.Transport.Writer.Release();
        Assert.Equal(Wire.Pattern(Direct - 1), wire.Next().Payload.ToArray());
        Assert.Equal(Wire.Pattern(Direct - 1), wire.Next().Payload.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_large_send_completes_when_the_transport_has_all_of_it(bool isServer)
    {
        Wire wire = new(isServer);
        Task sent = wire.Connection.SendAsync(Wire.Pattern(200_000)).AsTask();
        wire.Run();
        Assert.False(sent.IsCompleted);
        wire.Take(50_000);
        Assert.False(sent.IsCompleted);
        await wire.NextAsync();
        await wire.Within(sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Other_messages_wait_for_a_message_in_fragments_and_control_frames_do_not(bool isServer)
    {
        Wire wire = new(isServer);
        Pipe source = NewSource();
        Task streamed = wire.Connection.SendStreamAsync(source.Reader.AsStream(), WebSocketMessageType.Text).AsTask();
        await source.Writer.WriteAsync("He"u8.ToArray());
        Task other = wire.Connection.SendAsync("x").AsTask();
        Task large = wire.Connection.SendAsync(new byte[Direct]).AsTask();
        Task<TimeSpan> ping = wire.Connection.PingAsync();
        wire.Receive("89 01 70");
        Assert.Equal("01 02 48 65 89 08 00 00 00 00 00 00 00 01 8a 01 70", wire.Sent());
        Assert.False(other.IsCompleted || large.IsCompleted);

        await source.Writer.WriteAsync("y"u8.ToArray());
        await source.Writer.CompleteAsync();
        await wire.Within(streamed);
        await wire.Within(other);
        await wire.Within(large);
        Assert.Equal("00 01 79", Bytes.ToHex(FrameBytes.Write(wire.Next())));
        Assert.Equal("80 00", Bytes.ToHex(FrameBytes.Write(wire.Next())));
        Assert.Equal("81 01 78", Bytes.ToHex(FrameBytes.Write(wire.Next())));
        Assert.Equal(Direct, wire.Next().Payload.Length);

        wire.Receive("8a 08 00 00 00 00 00 00 00 01");
        await wire.Within(ping);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_messages_in_fragments_come_one_after_the_other(bool isServer)
    {
        Wire wire = new(isServer);
        Pipe first = NewSource();
        Pipe second = NewSource();
        Task one = wire.Connection.SendStreamAsync(first.Reader.AsStream()).AsTask();
        Task two = wire.Connection.SendStreamAsync(second.Reader.AsStream()).AsTask();
        await second.Writer.WriteAsync("b"u8.ToArray());
        await first.Writer.WriteAsync("a"u8.ToArray());
        await second.Writer.CompleteAsync();
        Assert.Equal("02 01 61", wire.Sent());
        Assert.False(two.IsCompleted);

        await first.Writer.CompleteAsync();
        await wire.Within(one);
        await wire.Within(two);
        Assert.Equal("80 00 02 01 62 80 00", wire.Sent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_empty_stream_is_an_empty_message(bool isServer)
    {
        Wire wire = new(isServer);
        await wire.Connection.SendStreamAsync(Stream.Null, WebSocketMessageType.Text);
        await wire.Connection.SendAsync("x");
        Assert.Equal("81 00 81 01 78", wire.Sent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_sent_behind_a_close_frame(bool isServer)
    {
        Wire wire = new(isServer);
        _ = wire.Connection.CloseAsync();
        Assert.Equal("88 02 03 e8", wire.Sent());

        await Assert.ThrowsAsync<WebSocketClosedException>(async () => await wire.Connection.SendAsync("x"));
        await Assert.ThrowsAsync<WebSocketClosedException>(async () => await wire.Connection.SendAsync(new byte[Direct]));
        await Assert.ThrowsAsync<WebSocketClosedException>(async () => await wire.Connection.SendStreamAsync(Stream.Null));
        await Assert.ThrowsAsync<WebSocketClosedException>(async () => await wire.Connection.PingAsync());
        wire.Receive("89 01 70");
        Assert.Equal("", wire.Sent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_that_was_canceled_before_sends_nothing(bool isServer)
    {
        Wire wire = new(isServer);
        CancellationToken canceled = new(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await wire.Connection.SendAsync("x", canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await wire.Connection.SendAsync(new byte[Direct], ct: canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await wire.Connection.SendStreamAsync(Stream.Null, ct: canceled));
        Assert.Equal("", wire.Sent());
        Assert.True(wire.Connection.IsOpen);
        await wire.Connection.SendAsync("y");
        Assert.Equal("81 01 79", wire.Sent());
    }

    [Fact]
    public async Task BufferedBytes_are_those_that_the_transport_has_not_taken()
    {
        Wire wire = new();
        Assert.Equal(0, wire.Connection.BufferedBytes);
        wire.Transport.Writer.Hold();
        await wire.Connection.SendAsync(new byte[100]);
        Assert.Equal(102, wire.Connection.BufferedBytes);
        await wire.Connection.SendAsync(new byte[10]);
        Assert.Equal(114, wire.Connection.BufferedBytes);
        wire.Transport.Writer.Release();
        wire.Run();
        Assert.Equal(0, wire.Connection.BufferedBytes);
    }

    [Theory]
    [InlineData(true, 10)]
    [InlineData(true, Direct)]
    [InlineData(false, 10)]
    [InlineData(false, Direct)]
    public async Task A_transport_that_is_gone_shows_as_the_end_of_the_connection(bool isServer, int size)
    {
        Wire wire = new(isServer);
        wire.Transport.Writer.IsBroken = true;
        await OnlyClosedAsync(wire.Connection.SendAsync(new byte[size]));
        await Assert.ThrowsAsync<WebSocketClosedException>(async () => await wire.Connection.SendAsync(new byte[size]));
    }

    [Theory]
    [InlineData(true, 10)]
    [InlineData(true, Direct)]
    [InlineData(false, 10)]
    [InlineData(false, Direct)]
    public async Task A_transport_that_goes_during_a_send_shows_as_the_end_of_the_connection(bool isServer, int size)
    {
        Wire wire = new(isServer);
        wire.Transport.Writer.IsFlushBroken = true;
        await OnlyClosedAsync(wire.Connection.SendAsync(new byte[size]));
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.IsType<IOException>(result.Error);
    }

    /// <summary>A send either ends well or tells the end of the connection.</summary>
    private static async Task OnlyClosedAsync(ValueTask send)
    {
        try
        {
            await send;
        }
        catch (WebSocketClosedException)
        {
        }
    }

    /// <summary>Each kind of frame, each way of sending; the peer has taken all of it.</summary>
    private static async Task SendOneOfEachAsync(Wire wire)
    {
        await wire.Connection.SendAsync("x");
        await wire.Connection.SendAsync(new byte[Direct]);
        await wire.Connection.SendStreamAsync(new MemoryStream(new byte[10]));
        _ = wire.Connection.PingAsync();
        wire.Receive("89 01 70");
        wire.Transport.Writer.Hold();
        await wire.Connection.SendAsync("in flight");
        await wire.Connection.SendAsync("behind it");
        Task large = wire.Connection.SendAsync(Wire.Pattern(200_000)).AsTask();
        wire.Receive("89 01 70");
        wire.Transport.Writer.Release();
        await wire.Until(() =>
        {
            wire.Sent();
            return large.IsCompleted;
        });
        wire.Receive("88 00");
        Assert.Equal("88 00", wire.Sent());
    }

    private static Pipe NewSource() =>
        new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
}
