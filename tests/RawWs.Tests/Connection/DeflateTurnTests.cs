using RawWs.Connection;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

/// <summary>However much a few bytes inflate to: others have their turn, and nobody is given more than there is room for.</summary>
public sealed class DeflateTurnTests
{
    private const int TurnBytes = 256 * 1024;
    private const int MostInATurn = TurnBytes + MessageInflater.PieceBytes;
    private const int ReadAhead = 64 * 1024;
    private const int MostVisits = 100_000;

    public static TheoryData<bool, bool> RolesAndTakeover => DeflateSendTests.RolesAndTakeover;

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task One_turn_inflates_so_much_of_a_large_message(bool isServer, bool takeover)
    {
        const int Size = 10_000_000;
        using DeflateWire wire = new(isServer, takeover, options: new() { MaxMessageBytes = 0, ReadAhead = 2 * Size });
        ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
        byte[] bytes = wire.FromPeer(wire.Compressed(new byte[Size]));
        wire.Wire.ReceiveBytes(bytes.AsSpan(0, 300));                   // some of it is there, and the stream begins
        WebSocketMessageStream stream = (await wire.Wire.Within(receive))!;
        List<long> seen = Visit(wire, () => Length(stream), Size);
        wire.Wire.ReceiveBytes(bytes.AsSpan(300));
        Assert.Equal(Size, Length(stream));
        AssertTurns(seen, Size);
        await wire.EndAsync();
    }

    [Theory]
    [InlineData(true, false, 1000)]
    [InlineData(true, true, 1000)]
    [InlineData(true, false, 100_000)]
    [InlineData(true, true, 100_000)]
    [InlineData(false, false, 1000)]
    [InlineData(false, true, 1000)]
    [InlineData(false, false, 100_000)]
    [InlineData(false, true, 100_000)]
    public async Task One_turn_inflates_so_much_over_many_messages_of_one_read(bool isServer, bool takeover, int size)
    {
        int count = 3_000_000 / size;
        using DeflateWire wire = new(isServer, takeover);
        wire.Connection.DiscardReceives();
        byte[] bytes = wire.FromPeer(Enumerable.Range(0, count).Select(_ => wire.Compressed(new byte[size])).ToArray());
        List<long> seen = Visit(wire, () => wire.Statistics.ReceivedBytes, count * size);
        wire.Wire.ReceiveBytes(bytes);
        Assert.Equal(count * size, wire.Statistics.ReceivedBytes);
        AssertTurns(seen, count * size);
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task Blocks_of_nothing_cost_a_turn_too(bool isServer, bool takeover)
    {
        const int Blocks = 1000;
        const int PieceCost = 1024;
        using DeflateWire wire = new(isServer, takeover);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        byte[] blocks = [.. Enumerable.Repeat(Bytes.Hex("03 00"), Blocks).SelectMany(static block => block)];
        List<long> seen = Visit(wire, () => receive.IsCompleted ? 1 : 0, 1);
        wire.Wire.Receive(new RawFrame(RawFrame.Binary, blocks, Rsv: DeflateWire.Rsv1));
        Assert.Equal(0, (await wire.Wire.Within(receive))!.Value.Payload.Length);
        Assert.InRange(seen.Count, Blocks / (TurnBytes / PieceCost), Blocks);
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task What_follows_a_message_of_many_turns_comes_without_new_bytes(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        byte[] large = new byte[1_000_000];
        byte[] small = DeflateWire.Prose(2000);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Wire.ReceiveBytes(wire.FromPeer(wire.Compressed(large), wire.Compressed(small), new RawFrame(RawFrame.Ping, default), new RawFrame(RawFrame.Text, default)));
        Assert.Equal(large, (await wire.Wire.Within(receive))!.Value.ToArray());
        Assert.Equal(small, (await wire.Wire.Within(wire.Connection.ReceiveAsync()))!.Value.ToArray());
        Assert.Equal("", (await wire.Wire.Within(wire.Connection.ReceiveAsync()))!.Value.Text);
        Assert.Equal("8a 00", wire.Wire.Sent());
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_peer_that_ends_behind_a_message_of_many_turns_is_noticed_after_it(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        byte[] large = new byte[1_000_000];
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Receive(large);
        wire.Wire.HangUp();
        Assert.Equal(large.Length, (await wire.Wire.Within(receive))!.Value.Payload.Length);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Wire.Within(wire.Connection.ReceiveAsync()));
        await wire.Wire.Within(wire.Connection.Completion);
        Assert.Equal(0, wire.Contexts.Count);
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_busy_consumer_stops_inflating(bool isServer, bool takeover)
    {
        const int Size = 10_000;
        const int Count = 20;
        using DeflateWire wire = new(isServer, takeover);
        wire.Wire.ReceiveBytes(wire.FromPeer(Enumerable.Range(0, Count).Select(i => wire.Compressed(DeflateWire.Prose(Size, i))).ToArray()));
        Assert.InRange(wire.Statistics.ReceivedBytes, ReadAhead, ReadAhead + Size);
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(DeflateWire.Prose(Size, i), (await wire.Wire.Within(wire.Connection.ReceiveAsync()))!.Value.ToArray());
            wire.Wire.Run();
            Assert.InRange(wire.Statistics.ReceivedBytes, 0, ReadAhead + ((i + 3) * Size));
        }
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_busy_consumer_is_not_given_a_large_message_before_it_asks(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        byte[] large = new byte[1_000_000];
        wire.Wire.ReceiveBytes(wire.FromPeer(wire.Compressed(large), wire.Compressed([1, 2, 3])));
        Assert.Equal(0, wire.Statistics.ReceivedBytes);
        Assert.Equal(large, (await wire.Wire.Within(wire.Connection.ReceiveAsync()))!.Value.ToArray());
        Assert.Equal([1, 2, 3], (await wire.Wire.Within(wire.Connection.ReceiveAsync()))!.Value.ToArray());
        await wire.EndAsync();
    }

    /// <summary>Somebody else on the same loop, who comes whenever it is free and notes how far the connection is.</summary>
    private static List<long> Visit(DeflateWire wire, Func<long> progress, long end)
    {
        List<long> seen = [];
        wire.Wire.Transport.Scheduler.Schedule(Look, null);
        return seen;

        void Look(object? _)
        {
            seen.Add(progress());
            if (seen[^1] < end && seen.Count < MostVisits)
                wire.Wire.Transport.Scheduler.Schedule(Look, null);
        }
    }

    private static void AssertTurns(List<long> seen, long size)
    {
        Assert.Equal(size, seen[^1]);
        long[] turns = [.. seen.Zip(seen.Skip(1), static (before, after) => after - before).Where(static bytes => bytes > 0)];
        Assert.InRange(turns.Max(), 1, 2 * MostInATurn);
        for (int i = 1; i <= turns.Length; i++)
            Assert.InRange(turns.Take(i).Sum(), 0, (i + 1L) * MostInATurn);
        Assert.InRange(turns.Length, size / MostInATurn, size);
    }

    private static long Length(WebSocketMessageStream stream)
    {
        if (!stream.Reader.TryRead(out System.IO.Pipelines.ReadResult read))
            return 0;
        stream.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
        return read.Buffer.Length;
    }
}
