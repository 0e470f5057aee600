using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

public sealed class PingRegistryTests
{
    private const string First = "00 00 00 00 00 00 00 01";
    private const string Second = "00 00 00 00 00 00 00 02";
    private const string Third = "00 00 00 00 00 00 00 03";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ping_gives_the_time_until_its_pong(bool isServer)
    {
        Wire wire = new(isServer);
        Task<TimeSpan> ping = wire.Connection.PingAsync();
        Assert.Equal($"89 08 {First}", wire.Sent());
        wire.Advance(TimeSpan.FromMilliseconds(125));
        Assert.False(ping.IsCompleted);
        wire.Receive($"8a 08 {First}");
        Assert.Equal(TimeSpan.FromMilliseconds(125), await wire.Within(ping));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_ping_has_a_payload_of_its_own_and_its_own_time(bool isServer)
    {
        Wire wire = new(isServer);
        Task<TimeSpan> first = wire.Connection.PingAsync();
        wire.Advance(TimeSpan.FromSeconds(1));
        Task<TimeSpan> second = wire.Connection.PingAsync();
        Assert.Equal($"89 08 {First} 89 08 {Second}", wire.Sent());
        wire.Advance(TimeSpan.FromSeconds(1));
        wire.Receive($"8a 08 {First}");
        Assert.Equal(TimeSpan.FromSeconds(2), await wire.Within(first));
        Assert.False(second.IsCompleted);
        wire.Advance(TimeSpan.FromSeconds(3));
        wire.Receive($"8a 08 {Second}");
        Assert.Equal(TimeSpan.FromSeconds(4), await wire.Within(second));
    }

    // section 5.5.3: a peer may answer only the latest of several pings
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pong_answers_all_earlier_pings_too(bool isServer)
    {
        Wire wire = new(isServer);
        Task<TimeSpan> first = wire.Connection.PingAsync();
        Task<TimeSpan> second = wire.Connection.PingAsync();
        Task<TimeSpan> third = wire.Connection.PingAsync();
        wire.Receive($"8a 08 {Second}");
        await wire.Within(first);
        await wire.Within(second);
        Assert.False(third.IsCompleted);
        wire.Receive($"8a 08 {Third}");
        await wire.Within(third);
    }

    [Theory]
    [InlineData("8a 00")]
    [InlineData("8a 01 01")]
    [InlineData("8a 07 00 00 00 00 00 00 01")]
    [InlineData("8a 09 00 00 00 00 00 00 00 01 00")]
    [InlineData("8a 08 00 00 00 00 00 00 00 00")]
    [InlineData("8a 08 00 00 00 00 00 00 00 02")]
    [InlineData("8a 08 ff ff ff ff ff ff ff ff")]
    [InlineData("8a 08 7f ff ff ff ff ff ff ff")]
    public async Task A_pong_that_nobody_asked_for_means_nothing(string pong)
    {
        Wire wire = new();
        wire.Receive(pong);
        Task<TimeSpan> ping = wire.Connection.PingAsync();
        wire.Receive(pong);
        Assert.False(ping.IsCompleted);
        wire.Receive($"8a 08 {First}");
        await wire.Within(ping);
        wire.Receive(pong);
        Assert.Equal($"89 08 {First}", wire.Sent());
        Assert.True(wire.Connection.IsOpen);
    }

    [Fact]
    public async Task Canceling_stops_the_wait_only()
    {
        Wire wire = new();
        using CancellationTokenSource cts = new();
        Task<TimeSpan> ping = wire.Connection.PingAsync(cts.Token);
        await cts.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.Within(ping));
        Task<TimeSpan> next = wire.Connection.PingAsync();
        wire.Receive($"8a 08 {First} 8a 08 {Second}");
        await wire.Within(next);
        Assert.True(wire.Connection.IsOpen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_end_of_the_connection_ends_pings_that_wait_and_refuses_further_ones(bool isServer)
    {
        Wire wire = new(isServer);
        Task<TimeSpan> ping = wire.Connection.PingAsync();
        wire.HangUp();
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(ping));
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(wire.Connection.PingAsync()));
    }

    [Fact]
    public async Task The_end_of_a_connection_that_never_pinged_refuses_the_first_ping()
    {
        Wire wire = new();
        wire.HangUp();
        await Assert.ThrowsAsync<WebSocketClosedException>(() => wire.Within(wire.Connection.PingAsync()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ping_that_waits_in_the_queue_has_its_time_from_the_call_on(bool isServer)
    {
        Wire wire = new(isServer);
        wire.Transport.Writer.Hold();
        await wire.Connection.SendAsync(new byte[1]);
        Task<TimeSpan> ping = wire.Connection.PingAsync();
        wire.Advance(TimeSpan.FromSeconds(5));
        wire.Transport.Writer.Release();
        Assert.Equal($"82 01 00 89 08 {First}", wire.Sent());
        wire.Advance(TimeSpan.FromSeconds(1));
        wire.Receive($"8a 08 {First}");
        Assert.Equal(TimeSpan.FromSeconds(6), await wire.Within(ping));
    }
}
