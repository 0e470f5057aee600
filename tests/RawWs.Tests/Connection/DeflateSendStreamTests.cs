using System.Net.WebSockets;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

/// <summary>Messages of which the parts come one by one: the first decides (RFC 7692 section 6.1).</summary>
public sealed class DeflateSendStreamTests
{
    private static readonly byte[] Small = DeflateWire.Prose(100);
    private static readonly byte[] Large = DeflateWire.Prose(3000);

    public static TheoryData<bool, bool> RolesAndTakeover => DeflateSendTests.RolesAndTakeover;

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task The_first_part_decides(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        await AssertSentAsync(wire, isCompressed: true, MessageCompression.Auto, Large, Small, Large);
        await AssertSentAsync(wire, isCompressed: false, MessageCompression.Auto, Small, Large, Large);
        await AssertSentAsync(wire, isCompressed: true, MessageCompression.Always, Small, Large);
        await AssertSentAsync(wire, isCompressed: false, MessageCompression.Never, Large, Large);
        await AssertSentAsync(wire, isCompressed: false, MessageCompression.Always, DeflateWire.Noise(3000), Large, Large);
        await AssertSentAsync(wire, isCompressed: true, MessageCompression.Always, Large, DeflateWire.Noise(3000), Large);
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task Only_the_first_frame_says_so_and_the_last_one_ends_the_message(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        Task sent = SendAsync(wire, MessageCompression.Auto, StepStream.Of(Large, Large));
        RawFrame[] frames = [await wire.Wire.NextAsync(), await wire.Wire.NextAsync(), await wire.Wire.NextAsync()];
        await wire.Wire.Within(sent);
        Assert.Equal(
            [(RawFrame.Binary, DeflateWire.Rsv1, false), (RawFrame.Continuation, 0, false), (RawFrame.Continuation, 0, true)],
            frames.Select(static frame => (frame.Opcode, frame.Rsv, frame.IsFinal)));
        Assert.Equal([0x00], frames[2].Payload.ToArray());              // an empty block without its tail (RFC 7692 section 7.2.1)
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task An_empty_stream_is_an_empty_plain_message(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        Task sent = SendAsync(wire, MessageCompression.Always, StepStream.Of());
        Assert.Equal("82 00", wire.Wire.Sent());
        await wire.Wire.Within(sent);
        await AssertSentAsync(wire, isCompressed: true, MessageCompression.Auto, Large);
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_deflater_may_be_taken_back_between_parts(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        int pinned = wire.Contexts.Count;
        byte[] TakeBack()
        {
            Assert.Equal(pinned + 1, wire.Contexts.Count);
            wire.Kept.Clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(pinned, wire.Contexts.Count);
            return Large;
        }

        Task sent = SendAsync(wire, MessageCompression.Auto, new StepStream(() => Large, TakeBack, TakeBack, () => Large));
        (byte[] message, bool isCompressed) = await wire.NextAsync();
        await wire.Wire.Within(sent);
        Assert.Equal([.. Large, .. Large, .. Large, .. Large], message);
        Assert.True(isCompressed);
        Assert.Equal(pinned + (takeover ? 1 : 0), wire.Contexts.Count);
        await AssertSentAsync(wire, isCompressed: true, MessageCompression.Auto, Large, Small);
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_message_goes_on_without_a_place(bool isServer, bool takeover)
    {
        DeflateContexts kept = new(max: takeover ? 2 : 1);
        using DeflateWire wire = new(isServer, takeover, contexts: kept);
        byte[] LoseThePlace()
        {
            kept.Keep(isReplaceable: false).Slot.Take()!.Dispose();     // at work from here on
            return Large;
        }

        Task sent = SendAsync(wire, MessageCompression.Auto, new StepStream(() => Large, LoseThePlace, () => Large));
        (byte[] message, bool isCompressed) = await wire.NextAsync();
        await wire.Wire.Within(sent);
        Assert.Equal([.. Large, .. Large, .. Large], message);
        Assert.True(isCompressed);
        await AssertSentAsync(wire, isCompressed: false, MessageCompression.Always, Large, Large);        // it would need a place
        wire.Wire.Forget();
        await wire.Wire.Within(wire.Connection.Completion);
        Assert.Equal(1, kept.Contexts.Count);
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task Messages_wait_for_the_end_of_one_in_parts(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        Task later = Task.CompletedTask;
        Task sent = SendAsync(wire, MessageCompression.Auto, new StepStream(
            () => Large,
            () =>
            {
                later = Task.WhenAll(wire.SendAsync(Large), wire.SendAsync(Small));
                return Small;
            }));
        Assert.Equal((byte[])[.. Large, .. Small], (await wire.NextAsync()).Message);
        Assert.Equal(Large, (await wire.NextAsync()).Message);
        Assert.Equal(Small, (await wire.NextAsync()).Message);
        await wire.Wire.Within(Task.WhenAll(sent, later));
        await wire.EndAsync();
    }

    [Theory]
    [MemberData(nameof(RolesAndTakeover))]
    public async Task A_stream_that_fails_leaves_nothing_behind(bool isServer, bool takeover)
    {
        using DeflateWire wire = new(isServer, takeover);
        Task sent = SendAsync(wire, MessageCompression.Auto, new StepStream(() => Large, () => throw new IOException("The disk is gone.")));
        await Assert.ThrowsAsync<IOException>(() => wire.Wire.Within(sent));
        Assert.Equal(DeflateWire.Rsv1, (await wire.Wire.NextAsync()).Rsv);
        Assert.Equal(1011, (await wire.Wire.NextAsync()).CloseCode);
        wire.Wire.Receive("88 02 03 f3");
        wire.Wire.HangUp();
        await wire.Wire.Within(wire.Connection.Completion);
        Assert.Equal(0, wire.Contexts.Count);
    }

    private static Task SendAsync(DeflateWire wire, MessageCompression choice, Stream source) =>
        wire.Connection.SendStreamAsync(source, WebSocketMessageType.Binary, new SendOptions { Compress = choice }).AsTask();

    private static async Task AssertSentAsync(DeflateWire wire, bool isCompressed, MessageCompression choice, params byte[][] parts)
    {
        Task sent = SendAsync(wire, choice, StepStream.Of(parts));
        (byte[] message, bool wasCompressed) = await wire.NextAsync();
        await wire.Wire.Within(sent);
        Assert.Equal([.. parts.SelectMany(static part => part)], message);
        Assert.Equal(isCompressed, wasCompressed);
    }
}
