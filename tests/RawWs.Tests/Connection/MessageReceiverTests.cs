using System.Net.WebSockets;
using RawWs.Protocol.Framing;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

public sealed class MessageReceiverTests
{
    /// <summary>A text in two fragments with a ping between them, a whole binary message, a ping, an empty text, a pong, a binary message in three fragments of which one is empty.</summary>
    private const string Stream = "01 02 48 65 89 01 70 80 01 79 82 03 01 02 03 89 00 81 00 8a 01 71 02 01 04 00 00 80 02 05 06";
    private const string Messages = "Text 48 65 79; Binary 01 02 03; Text ; Binary 04 05 06";
    private const string Pongs = "8a 01 70 8a 00";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_become_messages_under_any_cut(bool isServer)
    {
        int size = new Wire(isServer).FromPeer(Bytes.Hex(Stream)).Length;
        for (int cut = 0; cut <= size; cut++)
        {
            Wire wire = new(isServer);
            List<string> received = ReceiveAll(wire.Connection);
            byte[] bytes = wire.FromPeer(Bytes.Hex(Stream));
            wire.ReceiveBytes(bytes.AsSpan(0, cut));
            wire.ReceiveBytes(bytes.AsSpan(cut));
            Assert.Equal(Messages, string.Join("; ", received));
            Assert.Equal(Pongs, wire.Sent());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_become_messages_byte_by_byte(bool isServer)
    {
        Wire wire = new(isServer);
        List<string> received = ReceiveAll(wire.Connection);
        foreach (byte[] one in Bytes.OneByteEach(wire.FromPeer(Bytes.Hex(Stream))))
            wire.ReceiveBytes(one);
        Assert.Equal(Messages, string.Join("; ", received));
        Assert.Equal(Pongs, wire.Sent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Frames_become_messages_while_the_consumer_lags_behind(bool isServer)
    {
        Wire wire = new(isServer);
        foreach (byte[] one in Bytes.OneByteEach(wire.FromPeer(Bytes.Hex(Stream))))
            wire.ReceiveBytes(one);
        Assert.Equal(Pongs, wire.Sent());
        Assert.Equal(Messages, string.Join("; ", ReceiveAll(wire.Connection)));
        wire.Receive("88 00");
        Assert.Equal("88 00", Bytes.ToHex(FrameBytes.Write(await wire.NextAsync())));
    }

    [Theory]
    [InlineData(true, 65_535)]
    [InlineData(true, 65_536)]
    [InlineData(true, 1_000_000)]
    [InlineData(false, 65_535)]
    [InlineData(false, 65_536)]
    [InlineData(false, 1_000_000)]
    public async Task A_large_message_arrives_as_it_is(bool isServer, int size)
    {
        Wire wire = new(isServer);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        await wire.ReceiveAsync(wire.FromPeer(new RawFrame(RawFrame.Binary, Wire.Pattern(size))));
        WebSocketMessage message = (await wire.Within(receive))!.Value;
        Assert.Equal(WebSocketMessageType.Binary, message.Type);
        Assert.Equal(Wire.Pattern(size), message.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_message_may_have_as_many_fragments_as_the_limit(bool isServer)
    {
        Wire wire = new(isServer);
        List<string> received = ReceiveAll(wire.Connection);
        for (int i = 0; i < 1023; i++)
            wire.Receive(i == 0 ? "02 01 00" : "00 01 00");
        Assert.Empty(received);
        wire.Receive("80 01 00");
        Assert.Equal("Binary " + Bytes.ToHex(new byte[1024]), Assert.Single(received));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_ping_is_answered_with_its_payload(bool isServer)
    {
        Wire wire = new(isServer);
        wire.Receive("89 00");
        Assert.Equal("8a 00", wire.Sent());
        RawFrame longest = new(RawFrame.Ping, Wire.Pattern(125));
        wire.Receive(longest);
        Assert.Equal(Wire.Pattern(125), wire.Next().Payload.ToArray());
    }

    [Fact]
    public void Pings_and_pongs_are_shown_to_an_observer_after_the_answer()
    {
        Wire wire = new();
        List<string> seen = [];
        wire.Core.ControlObserver = (opcode, payload) => seen.Add($"{opcode} {Bytes.ToHex(payload)}");
        wire.Receive("89 01 61 8a 01 62 81 01 63");
        Assert.Equal([$"{Opcode.Ping} 61", $"{Opcode.Pong} 62"], seen);
        Assert.Equal("8a 01 61", wire.Sent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_memory_of_a_message_stays_as_it_is_while_others_arrive(bool isServer)
    {
        Wire wire = new(isServer);
        byte[][] messages = [.. Enumerable.Range(0, 40).Select(static i => Wire.Pattern(1 + (i * 97 % 1300), i))];
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        for (int i = 0; i < messages.Length; i++)
            Send(wire, messages[i], (i % 4) switch { 1 => messages[i].Length / 2, 3 => 0, _ => null }, isCut: i % 8 == 5);

        foreach (byte[] expected in messages)
        {
            WebSocketMessage message = (await receive)!.Value;
            Assert.Equal(expected, message.ToArray());
            Send(wire, Wire.Pattern(700, 0xEE), null, isCut: false);
            Assert.Equal(expected, message.ToArray());
            receive = wire.Connection.ReceiveAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reading_stops_at_the_bound_and_goes_on_when_the_consumer_does(bool isServer)
    {
        const int Bound = 10_000, Size = 100, Count = 2000;
        Wire wire = new(isServer, new() { ReadAhead = Bound });
        WebSocketMessage first = await FirstAsync(wire);
        byte[] flood = [.. Enumerable.Range(0, Count).SelectMany(i => wire.FromPeer(new RawFrame(RawFrame.Binary, Wire.Pattern(Size, i))))];

        int taken = wire.ReceiveUntilStopped(flood);
        Assert.True(taken < flood.Length);
        Assert.False(wire.Transport.Reader.IsWaiting);
        Assert.InRange(wire.Core.Inbox.ReadyCost, Bound / 2, Bound + 200);
        Assert.Equal("first", first.Text);

        Task rest = wire.ReceiveAsync(flood.AsMemory(taken));
        for (int i = 0; i < Count; i++)
        {
            WebSocketMessage message = (await wire.Within(wire.Connection.ReceiveAsync()))!.Value;
            Assert.Equal(Wire.Pattern(Size, i), message.ToArray());
            Assert.InRange(wire.Core.Inbox.ReadyCost, 0, Bound + 200);
        }
        await wire.Within(rest);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_large_message_behind_a_busy_consumer_is_read_up_to_the_bound_only(bool isServer)
    {
        const int Bound = 100_000, Size = 1_000_000;
        Wire wire = new(isServer, new() { ReadAhead = Bound });
        WebSocketMessage first = await FirstAsync(wire);
        byte[] large = wire.FromPeer(new RawFrame(RawFrame.Binary, Wire.Pattern(Size)));

        int taken = wire.ReceiveUntilStopped(large);
        Assert.InRange(taken, Bound, Bound + (2 * 64 * 1024));
        Assert.False(wire.Transport.Reader.IsWaiting);
        Assert.Equal("first", first.Text);

        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        await wire.ReceiveAsync(large.AsMemory(taken));
        Assert.Equal(Wire.Pattern(Size), (await wire.Within(receive))!.Value.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_lies_in_the_pipe_behind_the_message_that_is_held_is_bounded(bool isServer)
    {
        const int Bound = 1000;
        Wire wire = new(isServer, new() { ReadAhead = Bound });
        WebSocketMessage first = await FirstAsync(wire);
        byte[] pings = [.. Enumerable.Range(0, 100_000).SelectMany(_ => wire.FromPeer(Bytes.Hex("8a 00")))];
        int taken = wire.ReceiveUntilStopped(pings);
        Assert.InRange(taken, Bound, Bound + (2 * 64 * 1024));
        Assert.Equal("first", first.Text);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        await wire.ReceiveAsync(pings.AsMemory(taken));
        Assert.False(receive.IsCompleted);
        wire.Receive("81 01 61");
        Assert.Equal("a", (await wire.Within(receive))!.Value.Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Control_frames_are_handled_within_the_bound_and_beyond_it_when_the_consumer_is_back(bool isServer)
    {
        Wire wire = new(isServer, new() { ReadAhead = 1 });
        await FirstAsync(wire);
        wire.Receive("81 01 61 89 01 70");
        Assert.Equal("", wire.Sent());
        Assert.Equal("a", (await wire.Within(wire.Connection.ReceiveAsync()))!.Value.Text);
        Assert.Equal("8a 01 70", Bytes.ToHex(FrameBytes.Write(await wire.NextAsync())));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handler_that_discards_sees_the_close_however_much_the_peer_sends(bool isServer)
    {
        Wire wire = new(isServer, new() { ReadAhead = 1000, MaxMessageBytes = 0 });
        WebSocketMessage first = await FirstAsync(wire);
        Assert.Equal("first", first.Text);
        byte[] large = wire.FromPeer(new RawFrame(RawFrame.Binary, Wire.Pattern(300_000)));
        int taken = wire.ReceiveUntilStopped(large);
        wire.Connection.DiscardReceives();
        await wire.ReceiveAsync(large.AsMemory(taken));
        for (int i = 0; i < 10; i++)
            await wire.ReceiveAsync(large);
        wire.Receive("02 01 00 00 01 00 80 01 00 89 00 88 02 03 e8");
        await wire.Until(() => wire.Connection.Closed.IsCancellationRequested);
        Assert.Equal(RawFrame.Pong, (await wire.NextAsync()).Opcode);
        Assert.Equal(1000, (await wire.NextAsync()).CloseCode);
        wire.HangUp();
        Assert.True((await wire.Within(wire.Connection.Completion)).IsClean);
    }

    [Fact]
    public void What_is_discarded_is_still_held_to_the_rules()
    {
        Wire wire = new();
        wire.Connection.DiscardReceives();
        wire.Receive("81 01 61 01 01 62 80 01 ff");
        Assert.Equal(1007, wire.Next().CloseCode);
    }

    [Fact]
    public void Discarding_in_the_middle_of_a_message_drops_its_rest()
    {
        Wire wire = new();
        wire.Receive("01 01 61");
        wire.Connection.DiscardReceives();
        wire.Receive("00 01 62 80 01 63 89 00");
        Assert.Equal("8a 00", wire.Sent());
        Assert.Equal(0, wire.Core.Inbox.ReadyCost);
    }

    /// <summary>Receives the text "first", and holds it.</summary>
    private static async Task<WebSocketMessage> FirstAsync(Wire wire)
    {
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Receive("81 05 66 69 72 73 74");
        return (await receive)!.Value;
    }

    /// <summary>Receives until there is nothing; what comes later is added when it comes.</summary>
    private static List<string> ReceiveAll(WebSocketConnection connection)
    {
        List<string> received = [];
        _ = LoopAsync();
        return received;

        async Task LoopAsync()
        {
            await foreach (WebSocketMessage message in connection.ReadAllAsync())
                received.Add($"{message.Type} {Bytes.ToHex(message.Payload.Span)}");
        }
    }

    /// <summary>The peer sends a message, in two fragments when there is a place to split it, in two segments when it is cut.</summary>
    private static void Send(Wire wire, byte[] message, int? split, bool isCut)
    {
        byte[] bytes = split is { } at
            ? [.. wire.FromPeer(new RawFrame(RawFrame.Binary, message.AsMemory(0, at), IsFinal: false)), .. wire.FromPeer(new RawFrame(RawFrame.Continuation, message.AsMemory(at)))]
            : wire.FromPeer(new RawFrame(RawFrame.Binary, message));
        int cut = isCut ? bytes.Length / 3 : bytes.Length;
        wire.ReceiveBytes(bytes.AsSpan(0, cut));
        wire.ReceiveBytes(bytes.AsSpan(cut));
    }
}
