using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

public sealed class StreamedMessageTests
{
    private const int Bound = 10_000;
    private static readonly WebSocketEndpointOptions Small = new() { ReadAhead = Bound, MaxMessageBytes = 0 };

    [Theory]
    [InlineData(true, 64 * 1024)]
    [InlineData(false, 64 * 1024)]
    [InlineData(true, 2)]
    [InlineData(false, 2)]
    public async Task What_came_of_a_message_before_it_was_asked_for_is_given_at_once(bool isServer, int readAhead)
    {
        Wire wire = new(isServer, new() { ReadAhead = readAhead });
        wire.Receive("02 02 01 02");
        WebSocketMessageStream stream = (await wire.Within(wire.Connection.ReceiveStreamAsync()))!;
        byte[] buffer = new byte[8];
        Assert.Equal(2, await wire.Within(stream.ReadAsync(buffer)));
        wire.Receive("80 01 03");
        Assert.Equal(1, await wire.Within(stream.ReadAsync(buffer)));
        Assert.Equal(0, await wire.Within(stream.ReadAsync(buffer)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_is_read_in_parts_as_it_arrives(bool isServer)
    {
        Wire wire = new(isServer);
        WebSocketMessageStream stream = await OpenAsync(wire, "01 02 48 65");
        Assert.Equal(WebSocketMessageType.Text, stream.Type);
        byte[] buffer = new byte[10];
        Assert.Equal(2, await wire.Within(stream.ReadAsync(buffer)));
        ValueTask<int> read = stream.ReadAsync(buffer.AsMemory(2));
        wire.Receive("89 01 70 80 01 79 81 01 62");
        Assert.Equal(1, await wire.Within(read));
        Assert.Equal("Hey"u8, buffer.AsSpan(0, 3));
        Assert.Equal(0, await wire.Within(stream.ReadAsync(buffer)));
        Assert.Equal("8a 01 70", wire.Sent());
        Assert.Equal("b", (await wire.Within(wire.Connection.ReceiveAsync()))!.Value.Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_large_message_takes_a_fixed_amount_of_memory(bool isServer)
    {
        const int Size = 3_000_000;
        Wire wire = new(isServer, Small);
        ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
        byte[] frame = wire.FromPeer(new RawFrame(RawFrame.Binary, Wire.Pattern(Size)));
        int taken = wire.ReceiveUntilStopped(frame);
        WebSocketMessageStream stream = (await wire.Within(receive))!;
        Assert.InRange(taken, Bound, Bound + (3 * 64 * 1024));         // what the two pipes hold, and one block under way
        Assert.False(wire.Transport.Reader.IsWaiting);

        Task rest = wire.ReceiveAsync(frame.AsMemory(taken));
        Assert.Equal(Wire.Pattern(Size), await ReadAllAsync(wire, stream));
        await wire.Within(rest);
        wire.Receive("81 01 62");
        Assert.Equal("b", (await wire.Within(wire.Connection.ReceiveAsync()))!.Value.Text);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task What_is_not_read_is_dropped_and_the_next_message_arrives_whole(bool isServer, bool isDisposed)
    {
        Wire wire = new(isServer, Small);
        ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
        byte[] frame = wire.FromPeer(new RawFrame(RawFrame.Binary, Wire.Pattern(1_000_000)));
        int taken = wire.ReceiveUntilStopped(frame);
        WebSocketMessageStream stream = (await wire.Within(receive))!;
        Assert.Equal(1, await wire.Within(stream.ReadAsync(new byte[1])));
        if (isDisposed)
            await stream.DisposeAsync();
        ValueTask<WebSocketMessage?> next = wire.Connection.ReceiveAsync();
        await wire.ReceiveAsync(frame.AsMemory(taken));
        Assert.False(next.IsCompleted);
        wire.Receive(new RawFrame(RawFrame.Text, Encoding.UTF8.GetBytes("next")));
        Assert.Equal("next", (await wire.Within(next))!.Value.Text);
        await Assert.ThrowsAnyAsync<InvalidOperationException>(async () => await stream.ReadExactlyAsync(new byte[1]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_next_stream_begins_with_the_next_message(bool isServer)
    {
        Wire wire = new(isServer);
        await OpenAsync(wire, "02 01 01 00 01 02");
        ValueTask<WebSocketMessageStream?> next = wire.Connection.ReceiveStreamAsync();
        wire.Receive("00 01 03 80 01 04 01 01 61");
        WebSocketMessageStream stream = (await wire.Within(next))!;
        Assert.Equal(WebSocketMessageType.Text, stream.Type);
        wire.Receive("80 01 62");
        Assert.Equal("ab"u8.ToArray(), await ReadAllAsync(wire, stream));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_whole_message_is_read_as_a_stream_as_well(bool isServer)
    {
        Wire wire = new(isServer);
        wire.Receive("81 02 48 69 01 02 48 6f 80 00 81 00");
        WebSocketMessageStream whole = (await wire.Connection.ReceiveStreamAsync())!;
        Assert.Equal(WebSocketMessageType.Text, whole.Type);
        Assert.Equal("Hi"u8.ToArray(), await ReadAllAsync(wire, whole));
        WebSocketMessageStream joined = (await wire.Connection.ReceiveStreamAsync())!;
        Assert.Equal("Ho"u8.ToArray(), await ReadAllAsync(wire, joined));
        WebSocketMessageStream empty = (await wire.Connection.ReceiveStreamAsync())!;
        Assert.Empty(await ReadAllAsync(wire, empty));
        ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
        wire.Receive("82 01 07");
        Assert.Equal([7], await ReadAllAsync(wire, (await receive)!));
    }

    [Fact]
    public async Task A_stream_of_a_whole_message_ends_with_the_next_receive_too()
    {
        Wire wire = new();
        wire.Receive("81 02 48 69 81 02 48 6f");
        WebSocketMessageStream stream = (await wire.Connection.ReceiveStreamAsync())!;
        Assert.Equal((byte)'H', stream.ReadByte());
        Assert.Equal("Ho", (await wire.Connection.ReceiveAsync())!.Value.Text);
        Assert.ThrowsAny<InvalidOperationException>(() => stream.ReadByte());
    }

    [Theory]
    [InlineData(true, 100)]
    [InlineData(true, Bound)]
    [InlineData(true, 4 * Bound)]
    [InlineData(false, 100)]
    [InlineData(false, Bound)]
    [InlineData(false, 4 * Bound)]
    public async Task A_stream_may_be_asked_for_when_a_part_of_the_message_is_here_already(bool isServer, int part)
    {
        const int Size = 200_000;
        Wire wire = new(isServer, Small);
        wire.Receive("81 01 61");
        Assert.Equal("a", (await wire.Connection.ReceiveAsync())!.Value.Text);
        byte[] frame = wire.FromPeer(new RawFrame(RawFrame.Binary, Wire.Pattern(Size)));
        for (int i = 0; i < part; i += 100)
            wire.ReceiveBytes(frame.AsSpan(i, 100));
        ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
        Task rest = wire.ReceiveAsync(frame.AsMemory(part));
        WebSocketMessageStream stream = (await wire.Within(receive))!;
        Assert.Equal(Wire.Pattern(Size), await ReadAllAsync(wire, stream));
        await wire.Within(rest);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_may_be_asked_for_when_more_than_the_bound_is_here_already(bool isServer)
    {
        const int Size = 200_000;
        Wire wire = new(isServer, Small);
        byte[] frame = wire.FromPeer(new RawFrame(RawFrame.Binary, Wire.Pattern(Size)));
        using CancellationTokenSource cts = new();
        ValueTask<WebSocketMessage?> abandoned = wire.Connection.ReceiveAsync(cts.Token);
        wire.ReceiveBytes(frame.AsSpan(0, 2 * Bound));
        await cts.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await abandoned);

        ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
        wire.ReceiveBytes(frame.AsSpan(2 * Bound, 100));
        Assert.False(wire.Transport.Reader.IsWaiting);
        Task rest = wire.ReceiveAsync(frame.AsMemory((2 * Bound) + 100));
        Assert.Equal(Wire.Pattern(Size), await ReadAllAsync(wire, (await receive)!));
        await wire.Within(rest);
    }

    [Theory]
    [InlineData(true, "eof")]
    [InlineData(true, "reset")]
    [InlineData(true, "88 02 03 e8")]
    [InlineData(true, "c1 00")]
    [InlineData(true, "abort")]
    [InlineData(false, "eof")]
    [InlineData(false, "reset")]
    [InlineData(false, "88 02 03 e8")]
    [InlineData(false, "c1 00")]
    [InlineData(false, "abort")]
    public async Task The_end_of_the_connection_inside_a_message_fails_the_read(bool isServer, string end)
    {
        Wire wire = new(isServer);
        WebSocketMessageStream stream = await OpenAsync(wire, "02 01 01");
        Assert.Equal(1, await wire.Within(stream.ReadAsync(new byte[10])));
        Task read = stream.ReadAsync(new byte[10]).AsTask();
        Assert.False(read.IsCompleted);
        if (end == "eof")
            wire.HangUp();
        else if (end == "reset")
            wire.Break();
        else if (end == "abort")
            wire.Connection.Abort();
        else
            wire.Receive(end);
        WebSocketClosedException error = await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(read));
        Assert.False(error.Result.IsClean);
        wire.Connection.DiscardReceives();
        wire.HangUp();
        await wire.Within(wire.Connection.Completion);
        Assert.Equal(1, wire.Transport.Disposals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_is_aborted_while_the_reader_holds_the_peer_back_ends(bool isServer)
    {
        Wire wire = new(isServer, Small);
        ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
        wire.ReceiveUntilStopped(wire.FromPeer(new RawFrame(RawFrame.Binary, Wire.Pattern(1_000_000))));
        WebSocketMessageStream stream = (await wire.Within(receive))!;
        wire.Connection.Abort();
        await wire.Within(wire.Connection.Completion);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => ReadAllAsync(wire, stream));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Our_close_goes_out_and_is_answered_while_the_reader_holds_the_peer_back(bool isServer)
    {
        Wire wire = new(isServer, Small);
        ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
        byte[] frame = wire.FromPeer(new RawFrame(RawFrame.Binary, Wire.Pattern(1_000_000)));
        int taken = wire.ReceiveUntilStopped(frame);
        await wire.Within(receive);
        Task<WebSocketCloseResult> close = wire.Connection.CloseAsync();
        Assert.Equal("88 02 03 e8", wire.Sent());
        Task rest = wire.ReceiveAsync((byte[])[.. frame[taken..], .. wire.FromPeer(Bytes.Hex("88 02 03 e8"))]);
        await wire.Within(rest);
        wire.HangUp();
        Assert.True((await wire.Within(close)).IsClean);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Canceling_the_receive_of_a_stream_loses_no_message(bool isServer)
    {
        Wire wire = new(isServer);
        using CancellationTokenSource cts = new();
        ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync(cts.Token);
        await cts.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await receive);
        wire.Receive("02 01 01");
        wire.Receive("80 01 02");
        Assert.Equal([1, 2], (await wire.Connection.ReceiveAsync())!.Value.ToArray());
    }

    [Fact]
    public async Task Canceling_a_read_leaves_the_stream_usable()
    {
        Wire wire = new();
        WebSocketMessageStream stream = await OpenAsync(wire, "02 00");
        using CancellationTokenSource cts = new();
        ValueTask<int> read = stream.ReadAsync(new byte[1], cts.Token);
        await cts.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.Within(read));
        wire.Receive("80 01 05");
        Assert.Equal([5], await ReadAllAsync(wire, stream));
    }

    [Theory]
    [InlineData("02 02 01 02", "80 01 03")]
    [InlineData("82 03 01 02 03", "")]
    public async Task The_same_message_is_there_as_a_pipe(string first, string second)
    {
        Wire wire = new();
        WebSocketMessageStream stream = await OpenAsync(wire, first);
        ReadResult read = await wire.Within(stream.Reader.ReadAsync());
        byte[] start = read.Buffer.Slice(0, 1).ToArray();
        stream.Reader.AdvanceTo(read.Buffer.GetPosition(1));
        wire.Receive(second);
        read = await wire.Within(stream.Reader.ReadAtLeastAsync(2));
        Assert.Equal([1, 2, 3], [.. start, .. read.Buffer.ToArray()]);
        stream.Reader.AdvanceTo(read.Buffer.End);
        Assert.True((await wire.Within(stream.Reader.ReadAsync())).IsCompleted);
    }

    [Fact]
    public async Task A_stream_can_only_be_read()
    {
        Wire wire = new();
        WebSocketMessageStream stream = await OpenAsync(wire, "82 01 01");
        Assert.True(stream.CanRead);
        Assert.False(stream.CanSeek || stream.CanWrite);
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position);
        Assert.Throws<NotSupportedException>(() => stream.Position = 0);
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(1));
        Assert.Throws<NotSupportedException>(() => stream.Write([1], 0, 1));
        stream.Flush();
        Assert.Equal(1, stream.Read(new byte[3], 0, 3));
        Assert.Equal(-1, stream.ReadByte());
    }

    /// <summary>Asks for a stream, then the peer sends the beginning of a message.</summary>
    private static async Task<WebSocketMessageStream> OpenAsync(Wire wire, string hex)
    {
        ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
        Assert.False(receive.IsCompleted);
        wire.Receive(hex);
        return (await wire.Within(receive))!;
    }

    private static async Task<byte[]> ReadAllAsync(Wire wire, Stream stream)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[3000];
        for (int count; (count = await wire.Within(stream.ReadAsync(buffer))) > 0;)
            all.Write(buffer, 0, count);
        return all.ToArray();
    }
}
