using RawWs.Connection;
using RawWs.Diagnostics;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

/// <summary>Compressed messages as they come (RFC 7692 section 7.2.2), and the contexts that wait for the rest of them.</summary>
public sealed class DeflateReceiveTests
{
    private const string TryAgainLater = "1013";
    private const string TooBig = "1009";

    public static TheoryData<bool, bool> RolesAndTakeover => DeflateSendTests.RolesAndTakeover;

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task Messages_come_whole_under_any_cut_and_give_their_inflater_back(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        int pinned = wire.Contexts.Count;
        byte[] message = DeflateWire.Prose(300);
        int cuts = PeerDeflater.DeflateOne(message).Length;
        for (int cut = 0; cut < cuts; cut++)
        {
            ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
            byte[] bytes = wire.FromPeer(wire.Compressed(message));     // with takeover, short from the second on
            wire.Wire.ReceiveBytes(bytes.AsSpan(0, cut % bytes.Length));
            wire.Wire.ReceiveBytes(bytes.AsSpan(cut % bytes.Length));
            Assert.Equal(message, (await wire.Wire.Within(receive))!.Value.ToArray());
            Assert.Equal(pinned, wire.Contexts.Count);
        }
        await wire.EndAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Half_a_message_parks_its_inflater_until_its_end(bool isServer)
    {
        using DeflateWire wire = new(isServer);
        byte[] message = DeflateWire.Prose(3000);
        byte[] payload = PeerDeflater.DeflateOne(message);
        for (int round = 0; round < 3; round++)
        {
            ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
            wire.Wire.Receive(First(payload, 100));
            Assert.Equal(1, wire.Contexts.Count);
            wire.Wire.Receive("89 00");
            Assert.Equal("8a 00", wire.Wire.Sent());
            wire.Kept.Clock.Advance(TimeSpan.FromHours(1));
            Assert.Equal(1, wire.Contexts.Count);
            wire.Wire.Receive(Rest(payload, 100));
            Assert.Equal(message, (await wire.Wire.Within(receive))!.Value.ToArray());
            Assert.Equal(0, wire.Contexts.Count);
        }
        await wire.EndAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_longest_unfinished_message_gives_way_and_fails_with_1013_at_once(bool isServer)
    {
        DeflateContexts kept = new(max: 1);
        using DeflateWire first = new(isServer, contexts: kept);
        using DeflateWire second = new(isServer, contexts: kept);
        byte[] message = DeflateWire.Prose(3000);
        byte[] payload = PeerDeflater.DeflateOne(message);
        ValueTask<WebSocketMessage?> lost = first.Connection.ReceiveAsync();
        ValueTask<WebSocketMessage?> receive = second.Connection.ReceiveAsync();
        first.Wire.Receive(First(payload, 100));
        second.Wire.Receive(First(payload, 100));
        Assert.Equal(TryAgainLater, $"{(await first.Wire.NextAsync()).CloseCode}");
        await Assert.ThrowsAsync<WebSocketClosedException>(() => first.Wire.Within(lost));
        second.Wire.Receive(Rest(payload, 100));
        Assert.Equal(message, (await second.Wire.Within(receive))!.Value.ToArray());
        await first.EndAsync();
        await second.EndAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_loses_a_place_is_told_with_an_inflater_that_was_anothers_before(bool isServer)
    {
        DeflateContexts kept = new(max: 1);
        using DeflateWire before = new(isServer, contexts: kept);
        using DeflateWire first = new(isServer, contexts: kept);
        using DeflateWire second = new(isServer, contexts: kept);
        byte[] payload = PeerDeflater.DeflateOne(DeflateWire.Prose(3000));
        ValueTask<WebSocketMessage?> receive = before.Connection.ReceiveAsync();
        before.Wire.Receive(First(payload, 100));
        before.Wire.Receive(Rest(payload, 100));
        Assert.NotNull(await before.Wire.Within(receive));
        first.Wire.Receive(First(payload, 100));
        second.Wire.Receive(First(payload, 100));
        Assert.Equal(TryAgainLater, $"{(await first.Wire.NextAsync()).CloseCode}");
        Assert.Equal("", before.Wire.Sent());
        second.Wire.Break();
        await before.EndAsync();
        await first.EndAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Half_a_message_fails_with_1013_when_all_places_are_at_work(bool isServer)
    {
        DeflateContexts kept = new(max: 1);
        using DeflateWire wire = new(isServer, contexts: kept);
        ContextSlot atWork = kept.Keep(isReplaceable: false).Slot;
        atWork.Take()!.Dispose();
        byte[] payload = PeerDeflater.DeflateOne(DeflateWire.Prose(3000));
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Wire.Receive(new RawFrame(RawFrame.Binary, payload, Rsv: DeflateWire.Rsv1));         // a whole one needs no place
        Assert.NotNull(await wire.Wire.Within(receive));
        wire.Wire.Receive(First(payload, 100));
        receive = wire.Connection.ReceiveAsync();
        Assert.Equal(TryAgainLater, $"{(await wire.Wire.NextAsync()).CloseCode}");
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Wire.Within(receive));
        kept.End(atWork);
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_peer_that_ends_within_a_message_leaves_nothing(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        byte[] payload = PeerDeflater.DeflateOne(DeflateWire.Prose(3000));
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Wire.Receive(First(payload, 100));
        Assert.Equal(1, wire.Contexts.Count);
        wire.Wire.HangUp();
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Wire.Within(receive));
        await wire.Wire.Within(wire.Connection.Completion);
        Assert.Equal(0, wire.Contexts.Count);
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_limit_stops_at_once(bool isServer, bool takeover)
    {
        const int Limit = 100_000;
        foreach ((int size, bool isLegal) in new[] { (Limit, true), (Limit + 1, false), (100 * Limit, false) })
        {
            using DeflateWire wire = new(isServer, takeover, options: new() { MaxMessageBytes = Limit });
            ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
            wire.Receive(new byte[size]);
            WebSocketMessageStream? stream = await wire.Wire.Within(receive);
            using MemoryStream all = new();
            Task copy = stream!.CopyToAsync(all);
            if (isLegal)
            {
                await wire.Wire.Within(copy);
            }
            else
            {
                await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Wire.Within(copy));
                await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Wire.Within(wire.Connection.ReceiveAsync()));
                Assert.Equal(TooBig, $"{(await wire.Wire.NextAsync()).CloseCode}");
            }
            Assert.InRange(all.Length, isLegal ? size : 0, Limit);
            await wire.EndAsync();
        }
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_message_may_be_larger_on_the_wire_by_so_much_and_no_more(bool isServer, bool takeover)
    {
        const int Limit = 1000;
        int most = (int)MessageInflater.MaxWireBytes(Limit);
        Assert.Equal((2 * Limit) + (64 * 1024), most);
        foreach (int size in new[] { most, most + 1 })
        {
            using DeflateWire wire = new(isServer, takeover, options: new() { MaxMessageBytes = Limit });
            ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
            byte[] blocks = [.. Enumerable.Repeat(Bytes.Hex("00 00 00 ff ff"), size / 5).SelectMany(static block => block), .. new byte[size % 5]];
            Assert.Equal(size == most ? 1 : 2, size % 5);               // with the tail, one byte is a block
            Task sent = wire.Wire.ReceiveAsync(wire.Wire.FromPeer(new RawFrame(RawFrame.Binary, blocks, Rsv: DeflateWire.Rsv1)));
            if (size == most)
            {
                Assert.Equal(0, (await wire.Wire.Within(receive))!.Value.Payload.Length);
            }
            else
            {
                Assert.Equal(TooBig, $"{(await wire.Wire.NextAsync()).CloseCode}");
                await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Wire.Within(receive));
            }
            await wire.EndAsync();
            await wire.Wire.Until(() => sent.IsCompleted);
        }
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task Discarded_messages_are_inflated_and_judged(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        wire.Connection.DiscardReceives();
        for (int i = 0; i < 5; i++)
            wire.Receive(DeflateWire.Prose(200_000, i));
        Assert.Equal(1_000_000, wire.Statistics.ReceivedBytes);
        wire.Wire.Receive(new RawFrame(RawFrame.Text, PeerDeflater.DeflateOne([0xff]), Rsv: DeflateWire.Rsv1));
        Assert.Equal(1007, (await wire.Wire.NextAsync()).CloseCode);
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task Statistics_count_whole_messages(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        wire.Connection.DiscardReceives();
        RawFrame frame = wire.Compressed(DeflateWire.Prose(5000));
        wire.Wire.Receive(new RawFrame(RawFrame.Binary, DeflateWire.Prose(5000)));                // plain ones do not count
        Assert.Equal(default, wire.Statistics);
        wire.Wire.Receive(First(frame.Payload, 100));
        Assert.Equal(default, wire.Statistics);
        wire.Wire.Receive(Rest(frame.Payload, 100));
        Assert.Equal(new CompressionStatistics(0, 0, 5000, frame.Payload.Length), wire.Statistics);
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_log_shows_the_bit_and_the_bytes_of_compressed_text(bool isServer, bool takeover)
    {
        LogLines log = new();
        using DeflateWire wire = new(isServer, takeover, log: new FrameLog(log.CreateLogger("Frames"), 7, []));
        _ = TestServer.EchoAsync(wire.Connection);
        wire.Wire.Receive("c1 07 f2 48 cd c9 c9 07 00");                // RFC 7692 section 7.2.3.1
        wire.Wire.Receive("41 03 f2 48 cd 80 04 c9 c9 07 00");
        Assert.Equal(2, wire.Wire.Sent().Split("81 05 48 65 6c 6c 6f").Length - 1);
        await wire.Wire.Within(wire.Connection.SendAsync("Hello Hello Hello Hello Hello", new SendOptions { Compress = MessageCompression.Always }));
        IReadOnlyList<string> lines = log.Of("Frames");
        Assert.Matches("in:  Text FIN=1 RSV=100 length=7 key=[0-9a-z]+ f2 48 cd c9 c9 07 00 ", lines[0]);
        Assert.Matches("in:  Text FIN=0 RSV=100 length=3 key=[0-9a-z]+ f2 48 cd ", lines[2]);
        Assert.Matches("in:  Continuation FIN=1 RSV=000 length=4 key=[0-9a-z]+ c9 c9 07 00 ", lines[3]);
        Assert.Matches("out: Text FIN=1 RSV=100 length=[0-9]+ key=[0-9a-z]+ f2 48 cd c9 ", lines[5]);
        await wire.EndAsync();
    }

    private static RawFrame First(ReadOnlyMemory<byte> payload, int length) => new(RawFrame.Binary, payload[..length], IsFinal: false, Rsv: DeflateWire.Rsv1);

    private static RawFrame Rest(ReadOnlyMemory<byte> payload, int from) => new(RawFrame.Continuation, payload[from..]);
}
