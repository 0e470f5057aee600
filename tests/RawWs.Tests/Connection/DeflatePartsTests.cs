using System.Net.WebSockets;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

/// <summary>Compressed messages that are received in parts.</summary>
public sealed class DeflatePartsTests
{
    private const int ReadAhead = 64 * 1024;

    /// <summary>What lies in a pipe beyond its bound: the write that crossed it.</summary>
    private const int OneWrite = 64 * 1024;

    public static TheoryData<bool, bool> RolesAndTakeover => DeflateSendTests.RolesAndTakeover;

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_stream_gets_what_came_while_the_rest_is_awaited(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        byte[] message = DeflateWire.Prose(20_000);
        RawFrame whole = wire.Compressed(message);
        ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
        wire.Wire.Receive(whole with { Payload = whole.Payload[..2000], IsFinal = false });
        WebSocketMessageStream stream = (await wire.Wire.Within(receive))!;
        byte[] buffer = new byte[message.Length];
        int count = await wire.Wire.Within(stream.ReadAsync(buffer));
        Assert.InRange(count, 2000, message.Length - 1);
        wire.Wire.Receive(new RawFrame(RawFrame.Continuation, whole.Payload[2000..]));
        await wire.Wire.Within(stream.ReadExactlyAsync(buffer.AsMemory(count)));
        Assert.Equal(message, buffer);
        Assert.Equal(0, await wire.Wire.Within(stream.ReadAsync(buffer)));
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_slow_reader_holds_back_what_is_inflated(bool isServer, bool takeover)
    {
        const int Size = 5_000_000;
        using DeflateWire wire = new(isServer, takeover, options: new() { MaxMessageBytes = 0 });
        ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
        wire.Receive(new byte[Size]);
        WebSocketMessageStream stream = (await wire.Wire.Within(receive))!;
        long total = 0;
        while (true)
        {
            wire.Wire.Run();
            System.IO.Pipelines.ReadResult read = await wire.Wire.Within(stream.Reader.ReadAsync());
            Assert.InRange(read.Buffer.Length, 0, ReadAhead + OneWrite);
            total += read.Buffer.Length;
            stream.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }
        Assert.Equal(Size, total);
        wire.Receive([1, 2, 3]);
        Assert.Equal([1, 2, 3], (await wire.Wire.Within(wire.Connection.ReceiveAsync()))!.Value.ToArray());
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_stream_that_is_left_early_loses_only_its_own_message(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        int pinned = wire.Contexts.Count;
        byte[] small = DeflateWire.Prose(2000);
        for (int i = 0; i < 3; i++)
        {
            ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
            wire.Wire.ReceiveBytes(wire.FromPeer(wire.Compressed(new byte[1_000_000]), wire.Compressed(small)));
            WebSocketMessageStream stream = (await wire.Wire.Within(receive))!;
            await wire.Wire.Within(stream.ReadExactlyAsync(new byte[1000 * i]));
            await stream.DisposeAsync();
            Assert.Equal(small, (await wire.Wire.Within(wire.Connection.ReceiveAsync()))!.Value.ToArray());
            Assert.Equal(pinned, wire.Contexts.Count);
        }
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_read_that_is_canceled_loses_nothing(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        using CancellationTokenSource cancellation = new();
        byte[] message = DeflateWire.Prose(20_000);
        RawFrame whole = wire.Compressed(message);
        ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
        wire.Wire.Receive(whole with { Payload = whole.Payload[..2000], IsFinal = false });
        WebSocketMessageStream stream = (await wire.Wire.Within(receive))!;
        byte[] buffer = new byte[message.Length];
        int count = await wire.Wire.Within(stream.ReadAsync(buffer));
        Task<int> read = stream.ReadAsync(buffer, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.Wire.Within(read));
        wire.Wire.Receive(new RawFrame(RawFrame.Continuation, whole.Payload[2000..]));
        await wire.Wire.Within(stream.ReadExactlyAsync(buffer.AsMemory(count)));
        Assert.Equal(message, buffer);
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task The_standard_socket_receives_compressed_messages_in_whatever_parts(bool isServer, bool takeover)
    {
        foreach (int size in new[] { 0, 1, 1000, 4096, 100_000 })
        {
            foreach (int room in new[] { 100, 4096, 200_000 })
            {
                using DeflateWire wire = new(isServer, takeover);
                using WebSocket socket = wire.Connection.AsWebSocket();
                byte[][] messages = [DeflateWire.Prose(size), DeflateWire.Prose(size, 1)];
                wire.Wire.ReceiveBytes(wire.FromPeer(messages.Select(message => wire.Compressed(message)).ToArray()));
                foreach (byte[] message in messages)
                    Assert.Equal(message, await ReceiveAsync(wire, socket, room));
                socket.Abort();
                await wire.Wire.Until(() => wire.Contexts.Count == 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task The_standard_socket_gets_a_part_before_the_rest_comes(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        using WebSocket socket = wire.Connection.AsWebSocket();
        byte[] message = DeflateWire.Prose(20_000);
        RawFrame whole = wire.Compressed(message);
        wire.Wire.Receive(whole with { Payload = whole.Payload[..2000], IsFinal = false });
        byte[] buffer = new byte[message.Length];
        ValueWebSocketReceiveResult part = await wire.Wire.Within(socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None));
        Assert.InRange(part.Count, 1, message.Length - 1);
        Assert.False(part.EndOfMessage);
        socket.Abort();
        await wire.Wire.Until(() => wire.Contexts.Count == 0);
    }

    /// <summary>A turn may end just with the last bytes that came.</summary>
    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_part_that_ends_a_turn_is_given_to_who_comes_for_it_later(bool isServer, bool takeover)
    {
        const int TurnBytes = 256 * 1024;
        const int Part = TurnBytes - 100;
        using DeflateWire wire = new(isServer, takeover, options: new() { ReadAhead = 2 * TurnBytes });
        using WebSocket socket = wire.Connection.AsWebSocket();
        byte[] before = new byte[1000];
        wire.Wire.ReceiveBytes(wire.FromPeer(wire.Compressed(before), wire.Compressed(new byte[Part]) with { IsFinal = false }));
        Assert.Equal(before, await ReceiveAsync(wire, socket, before.Length));
        byte[] buffer = new byte[Part];
        for (int count = 0; count < Part;)
            count += (await wire.Wire.Within(socket.ReceiveAsync(buffer.AsMemory(count), CancellationToken.None))).Count;
        socket.Abort();
        await wire.Wire.Until(() => wire.Contexts.Count == 0);
    }

    private static async Task<byte[]> ReceiveAsync(DeflateWire wire, WebSocket socket, int room)
    {
        List<byte> all = [];
        byte[] buffer = new byte[room];
        while (true)
        {
            ValueWebSocketReceiveResult part = await wire.Wire.Within(socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None));
            all.AddRange(buffer.AsSpan(0, part.Count));
            if (part.EndOfMessage)
                return [.. all];
        }
    }
}
