using RawWs.Transport;
using Xunit;

namespace RawWs.Tests.Transport;

public sealed class ReadStateTests
{
    /// <summary>All orders of what others may do between a read's beginning and the next one's.</summary>
    public static TheoryData<string> Orders()
    {
        TheoryData<string> orders = [];
        foreach (string steps in (string[])["W", "C", "CW", "WC", "CC", "CCW", "CWC", "WCC", "X", "XW", "WX", "CX", "XCW", "CXW", "CWX", "WCX"])
            orders.Add(steps);
        return orders;
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void A_pending_read_is_completed_by_exactly_one(string order)
    {
        ReadState state = default;
        Assert.True(state.TryBegin(out bool mustWait));
        Assert.True(mustWait);
        int completions = 0;
        foreach (char step in order)
        {
            switch (step)
            {
                case 'W':                   // the wait ends
                    completions += state.TryTake(out _) ? 1 : 0;
                    break;
                case 'C':                   // somebody cancels
                    completions += state.TryCancel() ? 1 : 0;
                    break;
                default:                    // the reader is completed
                    Assert.True(state.TryComplete(out bool isReading, out _));
                    Assert.True(isReading);
                    break;
            }
        }

        Assert.Equal(order.Contains('W') || order.Contains('C') ? 1 : 0, completions);
        if (completions == 1)
        {
            Assert.True(state.IsReading);
            Assert.Equal(order.Contains('X'), state.EndTaken(out _));
        }

        Assert.Equal(completions == 0, state.IsReading);
    }

    [Fact]
    public void A_wait_that_outlives_a_cancelled_read_serves_the_next()
    {
        ReadState state = default;
        state.TryBegin(out _);
        Assert.True(state.TryCancel());
        state.EndTaken(out _);

        Assert.True(state.TryBegin(out bool mustWait));

        Assert.False(mustWait);
        Assert.True(state.TryTake(out _));
        state.EndTaken(out _);
        state.TryBegin(out mustWait);
        Assert.True(mustWait);
    }

    [Fact]
    public void A_cancellation_between_reads_is_consumed_once()
    {
        ReadState state = default;
        Assert.False(state.TryCancel());
        Assert.False(state.TryCancel());

        Assert.True(state.TryConsumeCancel());

        Assert.False(state.TryConsumeCancel());
        Assert.True(state.TryBegin(out _));
    }

    [Fact]
    public void A_cancellation_that_comes_just_before_the_read_is_pending_ends_it()
    {
        ReadState state = default;
        Assert.False(state.TryCancel());

        Assert.False(state.TryBegin(out _));

        Assert.False(state.IsReading);
        Assert.True(state.TryBegin(out bool mustWait));
        Assert.True(mustWait);
    }

    [Fact]
    public void A_wait_that_ends_in_the_readers_own_call_leaves_the_read_to_it_unless_it_was_cancelled()
    {
        ReadState state = default;
        state.TryBegin(out _);
        Assert.True(state.TryResume());
        Assert.False(state.IsReading);

        state.TryBegin(out _);
        Assert.True(state.TryCancel());
        Assert.False(state.TryResume());
        Assert.True(state.IsReading);
    }

    [Fact]
    public void Completing_says_whether_a_read_is_left_to_clean_up_and_counts_once()
    {
        ReadState state = default;
        Assert.True(state.TryComplete(out bool isReading, out _));
        Assert.False(isReading);
        Assert.True(state.IsCompleted);
        Assert.False(state.TryComplete(out _, out _));
    }

    [Fact]
    public void A_cancelled_read_that_is_fetched_before_its_wait_ends_leaves_the_end_to_the_wait()
    {
        ReadState state = default;
        state.TryBegin(out _);
        state.TryCancel();
        Assert.True(state.IsWaiting);
        state.TryComplete(out bool isReading, out bool isWaiting);
        Assert.True(isReading && isWaiting);

        Assert.True(state.EndTaken(out isWaiting));
        Assert.True(isWaiting);
        Assert.False(state.TryTake(out bool isLast));
        Assert.True(isLast);
    }

    [Fact]
    public void A_wait_that_ends_before_the_cancelled_read_is_fetched_leaves_the_end_to_the_read()
    {
        ReadState state = default;
        state.TryBegin(out _);
        state.TryCancel();
        state.TryComplete(out _, out _);

        Assert.False(state.TryTake(out bool isLast));
        Assert.False(isLast);
        Assert.True(state.EndTaken(out bool isWaiting));
        Assert.False(isWaiting);
    }

    [Fact]
    public void A_wait_without_a_read_is_the_last_when_the_reader_is_completed_and_not_before()
    {
        ReadState state = default;
        state.TryBegin(out _);
        state.TryCancel();
        state.EndTaken(out _);
        Assert.False(state.TryTake(out bool isLast));
        Assert.False(isLast);

        state.TryBegin(out _);
        state.TryCancel();
        state.EndTaken(out _);
        state.TryComplete(out bool isReading, out bool isWaiting);
        Assert.False(isReading);
        Assert.True(isWaiting);
        state.TryTake(out isLast);
        Assert.True(isLast);
    }
}
