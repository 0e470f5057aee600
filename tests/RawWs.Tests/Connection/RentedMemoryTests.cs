using System.Net.WebSockets;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

/// <summary>All memory that a connection rents comes back once, however it ends. Runs alone: the pool is that of the process.</summary>
[Collection(nameof(RentedMemoryTests))]
[CollectionDefinition(nameof(RentedMemoryTests), DisableParallelization = true)]
public sealed class RentedMemoryTests
{
    private const string Clean = "88 02 03 e8";

    [Theory]
    [InlineData(true, "close")]
    [InlineData(true, "eof")]
    [InlineData(true, "abort")]
    [InlineData(true, "violation")]
    [InlineData(false, "close")]
    [InlineData(false, "eof")]
    [InlineData(false, "abort")]
    [InlineData(false, "violation")]
    public async Task An_echo_gives_back_what_it_rented(bool isServer, string end)
    {
        using RentedArrays rented = new();
        Wire wire = new(isServer);
        Task echo = TestServer.EchoAsync(wire.Connection);
        await SendOneOfEachAsync(wire);
        wire.Receive("02 01 01");                   // a message that does not come to its end
        await EndAsync(wire, end);
        await wire.Within(echo.ContinueWith(static _ => { }, TaskScheduler.Default));
        await AllIsBackAsync(wire, rented);
    }

    [Theory]
    [InlineData(true, "close")]
    [InlineData(true, "eof")]
    [InlineData(true, "abort")]
    [InlineData(false, "close")]
    [InlineData(false, "abort")]
    public async Task A_consumer_that_lets_messages_wait_gives_back_what_they_took(bool isServer, string end)
    {
        using RentedArrays rented = new();
        Wire wire = new(isServer);
        ValueTask<WebSocketMessage?> receive = wire.Connection.ReceiveAsync();
        wire.Receive("81 01 61");
        await receive;
        await SendOneOfEachAsync(wire);
        await EndAsync(wire, end);
        await AllIsBackAsync(wire, rented);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_message_in_parts_gives_back_what_it_took_read_or_not(bool isServer, bool isRead)
    {
        using RentedArrays rented = new();
        Wire wire = new(isServer);
        for (int i = 0; i < 3; i++)
        {
            ValueTask<WebSocketMessageStream?> receive = wire.Connection.ReceiveStreamAsync();
            Task sent = wire.ReceiveAsync(wire.FromPeer(new RawFrame(RawFrame.Binary, Wire.Pattern(300_000))));
            WebSocketMessageStream stream = (await wire.Within(receive))!;
            if (isRead)
                await wire.Within(stream.CopyToAsync(Stream.Null));
            else
                await stream.DisposeAsync();
            await wire.Within(sent);
        }
        await EndAsync(wire, "close");
        await AllIsBackAsync(wire, rented);
    }

    [Theory]
    [InlineData(true, "close")]
    [InlineData(true, "abort")]
    [InlineData(false, "close")]
    [InlineData(false, "abort")]
    public async Task A_blocked_sender_gives_back_what_it_took(bool isServer, string end)
    {
        using RentedArrays rented = new();
        Wire wire = new(isServer);
        wire.Transport.Writer.Hold();
        await wire.Connection.SendAsync(new byte[100]);
        for (int i = 0; i < 20; i++)
            await wire.Connection.SendAsync(Wire.Pattern(5000));
        wire.Receive("89 01 70");
        Task large = wire.Connection.SendAsync(Wire.Pattern(100_000)).AsTask();
        wire.Transport.Writer.Release();
        wire.Transport.Writer.Hold();
        wire.Run();                                 // what was copied is with the transport now
        if (end == "close")
        {
            wire.Transport.Writer.Release();
            await wire.Until(() =>
            {
                wire.Sent();
                return large.IsCompletedSuccessfully;
            });
        }
        await EndAsync(wire, end);
        await wire.Within(large.ContinueWith(static _ => { }, TaskScheduler.Default));
        await AllIsBackAsync(wire, rented);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Text_and_streams_that_are_sent_give_back_what_they_took(bool isServer)
    {
        using RentedArrays rented = new();
        Wire wire = new(isServer);
        Task text = wire.Connection.SendAsync(new string('x', 100_000)).AsTask();
        Task stream = wire.Connection.SendStreamAsync(new MemoryStream(Wire.Pattern(200_000)), WebSocketMessageType.Binary).AsTask();
        await wire.Until(() =>
        {
            wire.Sent();
            return text.IsCompleted && stream.IsCompleted;
        });
        await EndAsync(wire, "close");
        await AllIsBackAsync(wire, rented);
    }

    /// <summary>A small message, a message in two segments, one in fragments, a large one.</summary>
    private static async Task SendOneOfEachAsync(Wire wire)
    {
        wire.Receive("82 01 01 81 01 61");
        byte[] cut = wire.FromPeer(new RawFrame(RawFrame.Binary, Wire.Pattern(1000)));
        wire.ReceiveBytes(cut.AsSpan(0, 500));
        wire.ReceiveBytes(cut.AsSpan(500));
        wire.Receive("02 01 01 80 01 02");
        await wire.ReceiveAsync(wire.FromPeer(new RawFrame(RawFrame.Binary, Wire.Pattern(20_000))));
        wire.Sent();
    }

    private static async Task EndAsync(Wire wire, string end)
    {
        switch (end)
        {
            case "close":
                wire.Receive(Clean);
                break;
            case "violation":
                wire.Receive("c1 00");
                break;
            case "abort":
                wire.Connection.Abort();
                break;
        }
        wire.Connection.DiscardReceives();          // as the end of a handler does
        wire.HangUp();
        await wire.Within(wire.Connection.Completion);
    }

    /// <summary>Others may rent for a moment; what stays out is ours.</summary>
    private static async Task AllIsBackAsync(Wire wire, RentedArrays rented)
    {
        wire.Forget();
        await wire.Until(() => rented.Outstanding == 0, $"{rented.Outstanding} of {rented.Rents} arrays stay out");
        Assert.True(rented.Rents > 0, "the pool reports nothing");
        Assert.Equal(0, rented.ReturnedTwice);
    }
}
