using RawWs.Transport.Tls;
using Xunit;

namespace RawWs.Tests.Transport.Tls;

public sealed class HandshakeStepsTests
{
    private const int Timeout = 30_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(Timeout = Timeout)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task No_more_steps_run_at_once_than_the_bound_and_all_of_them_run(int most)
    {
        const int Steps = 500;
        HandshakeSteps steps = new(most);
        using CountdownEvent left = new(Steps);
        int running = 0;
        int highest = 0;
        Parallel.For(0, Steps, i => steps.Schedule(_ =>
        {
            InterlockedMax(ref highest, Interlocked.Increment(ref running));
            Thread.SpinWait(200);
            Interlocked.Decrement(ref running);
            left.Signal();
        }, null));
        await Task.Run(() => left.Wait(Ct), Ct);
        Assert.InRange(highest, 1, most);
    }

    [Fact(Timeout = Timeout)]
    public async Task Steps_begin_in_the_order_in_which_they_came()
    {
        HandshakeSteps steps = new(1);
        List<object?> order = [];
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        for (int i = 0; i < 100; i++)
            steps.Schedule(order.Add, i);
        steps.Schedule(_ => done.SetResult(), null);
        await done.Task.WaitAsync(Ct);
        Assert.Equal(Enumerable.Range(0, 100).Cast<object?>(), order);
    }

    [Fact(Timeout = Timeout)]
    public async Task Within_the_bound_steps_do_not_wait_for_each_other()
    {
        HandshakeSteps steps = new(2);
        using ManualResetEventSlim second = new();
        TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        steps.Schedule(_ =>
        {
            second.Wait(Ct);
            first.SetResult();
        }, null);
        steps.Schedule(_ => second.Set(), null);
        await first.Task.WaitAsync(Ct);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_step_never_runs_where_it_is_scheduled()
    {
        HandshakeSteps steps = new(1);
        TaskCompletionSource<int> ranOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread caller = new(() =>
        {
            steps.Schedule(_ => ranOn.SetResult(Environment.CurrentManagedThreadId), null);
            Thread.CurrentThread.Join(0);
        });
        caller.Start();
        Assert.NotEqual(caller.ManagedThreadId, await ranOn.Task.WaitAsync(Ct));
        caller.Join();
    }

    private static void InterlockedMax(ref int highest, int value)
    {
        for (int seen = highest; value > seen; seen = Volatile.Read(ref highest))
            if (Interlocked.CompareExchange(ref highest, value, seen) == seen)
                return;
    }
}
