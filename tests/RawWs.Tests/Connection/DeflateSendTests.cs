using System.Net.WebSockets;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

/// <summary>Which messages are compressed, in which order they leave, and what the peer needs to read them (RFC 7692 section 7.2.1).</summary>
public sealed class DeflateSendTests
{
    private const int Threshold = 1024;
    private const int MoreThanATurn = 300 * 1024;

    public static TheoryData<bool, bool> RolesAndTakeover { get; } = new() { { true, false }, { true, true }, { false, false }, { false, true } };

    [Theory]
    [InlineData(Threshold - 1, MessageCompression.Auto, false)]
    [InlineData(Threshold, MessageCompression.Auto, true)]
    [InlineData(40, MessageCompression.Always, true)]
    [InlineData(0, MessageCompression.Always, false)]
    [InlineData(100 * Threshold, MessageCompression.Never, false)]
    [InlineData(100 * Threshold, MessageCompression.Auto, true)]
    [InlineData(MoreThanATurn, MessageCompression.Never, false)]
    [InlineData(MoreThanATurn, MessageCompression.Auto, true)]
    public async Task A_message_is_compressed_from_the_threshold_on_or_as_its_sender_says(int size, MessageCompression choice, bool isCompressed)
    {
        foreach ((bool isServer, bool takeover) in RolesAndTakeover.Select(static row => row.Data))
        {
            using DeflateWire wire = new(isServer, takeover);
            byte[] message = new byte[size];
            await AssertSentAsync(wire, message, isCompressed, choice);
            await wire.EndAsync();
        }
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_threshold_of_its_own_counts(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover, new() { Threshold = 50 });
        await AssertSentAsync(wire, new byte[49], isCompressed: false);
        await AssertSentAsync(wire, new byte[50], isCompressed: true);
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task What_does_not_shrink_goes_plain_and_spoils_nothing(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        byte[] prose = DeflateWire.Prose(5000);
        for (int round = 0; round < 3; round++)
        {
            await AssertSentAsync(wire, prose, isCompressed: true);
            await AssertSentAsync(wire, DeflateWire.Noise(5000, round), isCompressed: false, MessageCompression.Always);
            await AssertSentAsync(wire, prose, isCompressed: true);
            await AssertSentAsync(wire, DeflateWire.Noise(MoreThanATurn, round), isCompressed: false);
        }
        await AssertSentAsync(wire, prose, isCompressed: true);
        await wire.EndAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_takeover_a_message_said_before_costs_next_to_nothing(bool isServer)
    {
        using DeflateWire wire = new(isServer, takeover: true);
        byte[] noise = DeflateWire.Noise(4000);
        await AssertSentAsync(wire, [.. noise, .. new byte[4000]], isCompressed: true);
        long before = wire.Statistics.SentCompressedBytes;
        await AssertSentAsync(wire, noise, isCompressed: true);
        Assert.InRange(wire.Statistics.SentCompressedBytes - before, 1, 100);
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_message_that_takes_more_than_a_turn_is_not_overtaken(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        List<(byte[] Message, MessageCompression Choice)> messages = [];
        for (int i = 0; i < 3; i++)
        {
            messages.Add((DeflateWire.Prose(3 * MoreThanATurn, i), MessageCompression.Auto));
            messages.Add((DeflateWire.Prose(100, i), MessageCompression.Auto));
            messages.Add((DeflateWire.Prose(3000, i), MessageCompression.Auto));
            messages.Add((DeflateWire.Prose(20_000, i), MessageCompression.Never));
            messages.Add((DeflateWire.Prose(100, i), MessageCompression.Always));
        }
        Task[] sent = [.. messages.Select(message => wire.SendAsync(message.Message, message.Choice))];
        Assert.False(sent[0].IsCompleted);
        foreach ((byte[] message, MessageCompression choice) in messages)
        {
            (byte[] got, bool isCompressed) = await wire.NextAsync();
            Assert.True(message.AsSpan().SequenceEqual(got));
            Assert.Equal(choice == MessageCompression.Always || (choice == MessageCompression.Auto && message.Length >= Threshold), isCompressed);
        }
        await wire.Wire.Within(Task.WhenAll(sent));
        await wire.EndAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_send_that_is_canceled_does_not_spoil_the_context(bool isServer)
    {
        using DeflateWire wire = new(isServer, takeover: true);
        using CancellationTokenSource cancellation = new();
        byte[][] messages = [.. Enumerable.Range(0, 6).Select(static i => DeflateWire.Prose(100_000, i))];
        await AssertSentAsync(wire, messages[0], isCompressed: true);
        wire.Wire.Transport.Writer.Hold();
        Task blocked = wire.SendAsync(DeflateWire.Prose(2000));
        Task compressed = wire.SendAsync(messages[1], ct: cancellation.Token);
        Task waiting = wire.SendAsync(messages[2], ct: cancellation.Token);
        Task behind = wire.SendAsync(messages[3]);
        Assert.False(compressed.IsCompleted || waiting.IsCompleted || behind.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.Wire.Within(compressed));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.Wire.Within(waiting));
        wire.Wire.Transport.Writer.Release();
        Assert.Equal(DeflateWire.Prose(2000), (await wire.NextAsync()).Message);
        Assert.Equal(messages[3], (await wire.NextAsync()).Message);
        await wire.Wire.Within(Task.WhenAll(blocked, behind));
        await AssertSentAsync(wire, messages[4], isCompressed: true);
        await wire.EndAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_takeover_and_no_room_messages_stand_alone(bool isServer)
    {
        DeflateContexts kept = new(max: 2);
        using DeflateWire wire = new(isServer, takeover: true, contexts: kept);
        kept.Keep().Slot.Take()!.Dispose();                             // whoever is at work gives no place away
        byte[] message = DeflateWire.Prose(5000);
        for (int i = 0; i < 3; i++)
        {
            await wire.Wire.Within(wire.SendAsync(message));
            RawFrame frame = await wire.Wire.NextAsync();
            Assert.Equal(DeflateWire.Rsv1, frame.Rsv);
            Assert.Equal(message, PeerInflater.InflateOne(frame.Payload.Span));
            Assert.Equal(2, kept.Contexts.Count);
        }
        await AssertSentAsync(wire, DeflateWire.Prose(MoreThanATurn), isCompressed: false);       // it would hold one over a wait
        await AssertSentAsync(wire, message, isCompressed: true);
        wire.Wire.Forget();
        await wire.Wire.Within(wire.Connection.Completion);
        Assert.Equal(1, kept.Contexts.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_takeover_a_deflater_that_was_taken_back_begins_anew(bool isServer)
    {
        using DeflateWire wire = new(isServer, takeover: true);
        for (int i = 0; i < 3; i++)
        {
            await AssertSentAsync(wire, DeflateWire.Prose(5000, i), isCompressed: true);
            Assert.Equal(2, wire.Contexts.Count);
            wire.Kept.Clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(1, wire.Contexts.Count);
        }
        await wire.EndAsync();
    }

    /// <summary>A place without a context could never be taken back.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deflater_that_is_of_no_use_any_more_gives_its_place_back(bool isServer)
    {
        using DeflateWire wire = new(isServer, takeover: true);
        using CancellationTokenSource cancellation = new();
        int pinned = wire.Contexts.Count;
        await AssertSentAsync(wire, DeflateWire.Noise(5000), isCompressed: false);
        Assert.Equal(pinned, wire.Contexts.Count);
        wire.Wire.Transport.Writer.Hold();
        Task blocked = wire.SendAsync(DeflateWire.Prose(2000));
        Task canceled = wire.SendAsync(DeflateWire.Prose(100_000), ct: cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.Wire.Within(canceled));
        Assert.Equal(pinned, wire.Contexts.Count);
        wire.Wire.Transport.Writer.Release();
        await wire.Wire.Within(blocked);
        wire.Kept.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, wire.Kept.Clock.ArmedTimers);
        await wire.EndAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_window_of_8_bits_is_sent_plain(bool isServer)
    {
        using DeflateWire wire = new(isServer, sendBits: 8);
        await AssertSentAsync(wire, new byte[5000], isCompressed: false);
        await AssertSentAsync(wire, new byte[5000], isCompressed: false, MessageCompression.Always);
        await wire.Wire.Within(wire.Connection.SendStreamAsync(new MemoryStream(new byte[5000]), WebSocketMessageType.Binary, new SendOptions { Compress = MessageCompression.Always }));
        (byte[] message, bool isCompressed) = await wire.NextAsync();
        Assert.Equal((5000, false), (message.Length, isCompressed));
        Assert.Equal(default, wire.Statistics);
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task Statistics_count_what_was_compressed(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        (long bytes, long compressed) = (0, 0);
        foreach (int size in new[] { 5000, 100, 20_000, MoreThanATurn })
        {
            Task sent = wire.SendAsync(DeflateWire.Prose(size));
            RawFrame frame = await wire.Wire.NextAsync();
            await wire.Wire.Within(sent);
            if (frame.Rsv == DeflateWire.Rsv1)
                (bytes, compressed) = (bytes + size, compressed + frame.Payload.Length);
            Assert.Equal(new CompressionStatistics(bytes, compressed, 0, 0), wire.Statistics);
        }
        Assert.Equal(25_000 + MoreThanATurn, bytes);
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_batch_of_compressed_replies_leaves_in_one_write(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        _ = TestServer.EchoAsync(wire.Connection);
        byte[][] messages = [.. Enumerable.Range(0, 16).Select(static i => DeflateWire.Prose(2000, i))];
        wire.Wire.ReceiveBytes(wire.FromPeer(messages.Select(message => wire.Compressed(message)).ToArray()));
        Assert.Equal(1, wire.Wire.Transport.Writer.Flushes);
        foreach (byte[] message in messages)
        {
            (byte[] reply, bool isCompressed) = await wire.NextAsync();
            Assert.Equal(message, reply);
            Assert.True(isCompressed);
        }
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_connection_that_ends_within_a_message_gives_everything_back(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        await AssertSentAsync(wire, DeflateWire.Prose(5000), isCompressed: true);
        wire.Wire.Transport.Writer.Hold();
        Task[] sends = [wire.SendAsync(DeflateWire.Prose(2 * MoreThanATurn)), wire.SendAsync(DeflateWire.Prose(5000)), wire.SendAsync(DeflateWire.Prose(100_000))];
        wire.Connection.Abort();
        await wire.Wire.Within(wire.Connection.Completion);
        foreach (Task send in sends)
            await wire.Wire.Until(() => send.IsCompleted);
        await wire.Wire.Until(() => wire.Contexts.Count == 0);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.SendAsync(DeflateWire.Prose(5000)));
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.SendAsync(DeflateWire.Prose(2 * MoreThanATurn)));
        Assert.Equal(0, wire.Contexts.Count);
    }

    private static async Task AssertSentAsync(DeflateWire wire, byte[] message, bool isCompressed, MessageCompression choice = MessageCompression.Auto)
    {
        Task sent = wire.SendAsync(message, choice);
        (byte[] got, bool wasCompressed) = await wire.NextAsync();
        await wire.Wire.Within(sent);
        Assert.True(message.AsSpan().SequenceEqual(got), "other bytes came");
        Assert.Equal(isCompressed, wasCompressed);
    }
}
