using RawWs.Connection;
using RawWs.Protocol.Compression;
using RawWs.Tests.EndToEnd;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

/// <summary>However a connection ends, and whatever it does then, its contexts end too. Runs alone: they are counted over the process.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class DeflateLifetimeTests
{
    public static TheoryData<bool, bool, string> Ends
    {
        get
        {
            TheoryData<bool, bool, string> ends = [];
            foreach ((bool isServer, bool takeover) in DeflateSendTests.RolesAndTakeover.Select(static row => row.Data))
            {
                foreach (string end in new[] { "close", "eof", "abort", "break", "violation", "garbage" })
                    ends.Add(isServer, takeover, end);
            }
            return ends;
        }
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Nothing_is_left_of_a_connection(bool isServer, bool takeover, string end)
    {
        int before = LiveContexts.Count();
        foreach (string work in new[] { "idle", "half", "turns", "sending", "streaming" })
        {
            DeflateContexts kept = new();
            using (DeflateWire wire = new(isServer, takeover, contexts: kept))
            {
                _ = ReceiveAllAsync(wire.Connection);
                wire.Receive(DeflateWire.Prose(5000));
                await wire.SendAsync(DeflateWire.Prose(5000));
                Task sending = Begin(wire, work);
                End(wire, end);
                await wire.Wire.Until(() => IsOver(wire) && sending.IsCompleted);
                Assert.Equal(sending.IsFaulted ? typeof(WebSocketClosedException) : null, sending.Exception?.InnerException?.GetType());
                await wire.Wire.Until(() => kept.Contexts.Count == 0);
            }
            kept.Clock.Advance(3 * KeptContexts.Patience);
            Assert.Equal(0, kept.Clock.ArmedTimers);
            await LiveContexts.WaitForAsync(before);
        }
    }

    /// <summary>The rest of the message will not be read, however long the peer takes to go.</summary>
    [Theory]
    [InlineData(true, "88")]
    [InlineData(false, "88")]
    [InlineData(true, "c0")]
    [InlineData(false, "c0")]
    public async Task No_inflater_is_kept_for_the_closing_handshake(bool isServer, string end)
    {
        int before = LiveContexts.Count();
        using DeflateWire wire = new(isServer);
        _ = ReceiveAllAsync(wire.Connection);
        byte[] payload = PeerDeflater.DeflateOne(DeflateWire.Prose(3000));
        byte[] half = wire.FromPeer(new RawFrame(RawFrame.Binary, payload.AsMemory(0, 100), IsFinal: false, Rsv: DeflateWire.Rsv1));
        byte[] last = Convert.FromHexString(end);
        wire.Wire.ReceiveBytes([.. half, last[0], .. isServer ? (byte[])[0x80, 0, 0, 0, 0] : [0x00]]);
        Assert.Equal(RawFrame.Close, (await wire.Wire.NextAsync()).Opcode);
        Assert.False(wire.Connection.Completion.IsCompleted);
        Assert.Equal(before, ZlibStream.Live);
        await wire.EndAsync();
    }

    [Fact]
    public async Task Places_hold_when_many_threads_want_them()
    {
        const int Max = 4;
        int before = ZlibStream.Live;
        KeptContexts contexts = new(TimeProvider.System) { Max = Max };
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() => Work(contexts, new Random(seed), Max))));
        Assert.Equal(0, contexts.Count);
        Assert.InRange(ZlibStream.Live, 0, before);
    }

    /// <summary>Connections that come and go, each of which ends while it may be at work.</summary>
    private static void Work(KeptContexts contexts, Random random, int max)
    {
        for (int i = 0; i < 200; i++)
        {
            ContextSlot slot = new(isReplaceable: random.Next(3) > 0);
            for (int use = random.Next(5); use > 0; use--)
            {
                ZlibStream? context = slot.Take() ?? (contexts.TryEnter(slot) ? DeflateContexts.NewContext() : null);
                Assert.InRange(contexts.Count, 0, max);
                if (context is not null)
                    slot.Put(context, contexts.Now);
            }
            ZlibStream? last = slot.Take();
            slot.Dispose();
            contexts.Leave(slot);
            if (last is not null)
                slot.Put(last, contexts.Now);
            Assert.False(contexts.TryEnter(slot));
        }
    }

    private static Task Begin(DeflateWire wire, string work)
    {
        switch (work)
        {
            case "half":
                RawFrame whole = wire.Compressed(DeflateWire.Prose(5000));
                wire.Wire.Receive(whole with { Payload = whole.Payload[..10], IsFinal = false });
                return Task.CompletedTask;
            case "turns":
                wire.Wire.ReceiveBytes(wire.FromPeer(wire.Compressed(new byte[900_000]), wire.Compressed(new byte[900_000])));
                return Task.CompletedTask;
            case "sending":
                wire.Wire.Transport.Writer.Hold();
                return Task.WhenAll(wire.SendAsync(DeflateWire.Prose(600_000)), wire.SendAsync(DeflateWire.Prose(5000)), wire.SendAsync(DeflateWire.Prose(100_000)));
            case "streaming":
                wire.Wire.Transport.Writer.Hold();
                return wire.Connection.SendStreamAsync(StepStream.Of(DeflateWire.Prose(9000), DeflateWire.Prose(9000), DeflateWire.Prose(9000))).AsTask();
            default:
                return Task.CompletedTask;
        }
    }

    private static void End(DeflateWire wire, string end)
    {
        switch (end)
        {
            case "close":
                wire.Wire.Receive("88 02 03 e8");
                break;
            case "violation":
                wire.Wire.Receive("83 00");
                break;
            case "garbage":
                wire.Wire.Receive("c2 03 07 ff ff");
                break;
            case "abort":
                wire.Connection.Abort();
                break;
            case "break":
                wire.Wire.Break();
                break;
        }
        wire.Wire.Transport.Writer.Release();
        if (end is not ("abort" or "break"))
            wire.Wire.HangUp();
    }

    /// <summary>The peer reads all there is, and time goes by.</summary>
    private static bool IsOver(DeflateWire wire)
    {
        if (!wire.Connection.Completion.IsCompleted)
        {
            wire.Wire.Collect();
            wire.Wire.Advance(TimeSpan.FromMilliseconds(10));
        }
        return wire.Connection.Completion.IsCompleted;
    }

    private static async Task ReceiveAllAsync(WebSocketConnection connection)
    {
        await foreach (WebSocketMessage message in connection.ReadAllAsync())
            Assert.False(message.Payload.IsEmpty);
    }
}
