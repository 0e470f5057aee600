using RawWs.Connection;
using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

public sealed class MoveSignalTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_wait_lasts_until_the_next_change()
    {
        MoveSignal signal = default;
        Task wait = signal.WaitAsync(signal.Count);
        Assert.False(wait.IsCompleted);
        signal.Set();
        await wait.WaitAsync(Bound);
    }

    [Fact]
    public void A_change_between_the_look_and_the_wait_is_not_missed()
    {
        MoveSignal signal = default;
        int seen = signal.Count;
        signal.Set();
        Assert.True(signal.WaitAsync(seen).IsCompletedSuccessfully);
    }

    [Fact]
    public void A_change_that_was_seen_ends_no_later_wait()
    {
        MoveSignal signal = default;
        signal.Set();
        Assert.False(signal.WaitAsync(signal.Count).IsCompleted);
    }

    [Fact]
    public async Task All_who_wait_learn_of_one_change()
    {
        MoveSignal signal = default;
        Task first = signal.WaitAsync(signal.Count);
        Task second = signal.WaitAsync(signal.Count);
        signal.Set();
        await Task.WhenAll(first, second).WaitAsync(Bound);
    }

    [Fact]
    public async Task Whoever_waits_does_not_run_within_the_change()
    {
        MoveSignal signal = default;
        int setter = Environment.CurrentManagedThreadId;
        bool isSetting = true;
        bool ranWithin = false;
        Task after = signal.WaitAsync(signal.Count).ContinueWith(
            _ => ranWithin = Environment.CurrentManagedThreadId == setter && isSetting,
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        signal.Set();
        isSetting = false;
        await after.WaitAsync(Bound);
        Assert.False(ranWithin);
    }
}
