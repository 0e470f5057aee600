using System.Net.WebSockets;
using RawWs.Client;
using Xunit;

namespace RawWs.Tests.Client;

/// <summary>How long a client waits before it tries again.</summary>
public sealed class BackoffTests
{
    private static readonly ReconnectOptions Options = new()
    {
        FirstDelay = Seconds(1),
        MaxDelay = Seconds(60),
        StableAfter = Seconds(30),
    };

    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_failure_doubles_the_longest_wait_up_to_the_cap()
    {
        Backoff backoff = new(Options, static () => 0.5);
        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30, 30], Enumerable.Range(0, 9).Select(_ => backoff.AfterFailure(new IOException(), Now).TotalSeconds));
    }

    [Fact]
    public void A_wait_is_drawn_from_zero_to_the_longest()
    {
        Queue<double> draws = new([0, 0.25, 0.75]);
        Backoff backoff = new(Options, draws.Dequeue);
        Assert.Equal([0, 0.5, 3], Enumerable.Range(0, 3).Select(_ => backoff.AfterFailure(new IOException(), Now).TotalSeconds));
    }

    [Fact]
    public void Ever_more_failures_do_not_overflow()
    {
        Backoff backoff = new(Options with { FirstDelay = TimeSpan.FromMinutes(15), MaxDelay = TimeSpan.FromDays(365) }, static () => 1);
        TimeSpan last = default;
        for (int i = 0; i < 5000; i++)
            last = backoff.AfterFailure(new IOException(), Now);
        Assert.Equal(TimeSpan.FromDays(365), last);
    }

    [Fact]
    public void A_connection_that_was_stable_makes_the_waits_short_again()
    {
        Backoff backoff = AfterFailures(5);
        Assert.Equal(Seconds(1), backoff.AfterConnection(Seconds(30), WebSocketCloseStatus.NormalClosure));
    }

    [Fact]
    public void A_connection_that_was_not_stable_counts_as_a_failure()
    {
        Backoff backoff = AfterFailures(5);
        Assert.Equal(Seconds(32), backoff.AfterConnection(Seconds(29.9), WebSocketCloseStatus.NormalClosure));
        Assert.Equal(Seconds(60), backoff.AfterConnection(Seconds(0), null));
    }

    [Theory]
    [InlineData(1012)]
    [InlineData(1013)]
    public void A_server_that_restarts_or_is_full_is_left_alone_for_5_to_30_seconds(int status)
    {
        Assert.Equal(Seconds(5), new Backoff(Options, static () => 0).AfterConnection(Seconds(100), (WebSocketCloseStatus)status));
        Assert.Equal(Seconds(30), new Backoff(Options, static () => 1).AfterConnection(Seconds(100), (WebSocketCloseStatus)status));
    }

    [Fact]
    public void A_full_server_is_not_a_stable_one()
    {
        Backoff backoff = AfterFailures(6);
        Assert.Equal(Seconds(60), backoff.AfterConnection(Seconds(1000), (WebSocketCloseStatus)1013));
    }

    [Theory]
    [InlineData("Retry-After", "120", 121)]
    [InlineData("retry-after", "Tue, 01 Jan 2030 00:00:10 GMT", 11)]
    [InlineData("Retry-After", "999999999", 3601)]
    [InlineData("Retry-After", "soon", 1)]
    [InlineData("X-Retry-After", "120", 1)]
    public void Retry_after_is_added_to_the_wait_within_a_bound(string name, string value, double seconds)
    {
        WebSocketHandshakeException failure = new(503, "full", [new(name, value)]);
        Assert.Equal(Seconds(seconds), new Backoff(Options, static () => 1).AfterFailure(failure, Now));
    }

    private static Backoff AfterFailures(int count)
    {
        Backoff backoff = new(Options, static () => 1);
        for (int i = 0; i < count; i++)
            backoff.AfterFailure(new IOException(), Now);
        return backoff;
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
