using System.Security.Authentication;
using RawWs.Client;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Client;

/// <summary>A step of a connect, its deadline, and what the caller reads.</summary>
public sealed class TimeLimitTests
{
    private const int Timeout = 30_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly ManualClock _clock = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_done_in_time_is_given() =>
        Assert.Equal(17, await TimeLimit.RunAsync(Limit, static () => "late", _clock, static _ => Task.FromResult(17), Ct));

    [Theory(Timeout = Timeout)]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(AuthenticationException))]
    public async Task A_step_that_is_ended_by_its_deadline_is_late_whatever_it_throws(Type error)
    {
        Task<int> run = TimeLimit.RunAsync(Limit, static () => "too late", _clock, over => FailAfterAsync(error, over), Ct);
        _clock.Advance(Limit);
        TimeoutException late = await Assert.ThrowsAsync<TimeoutException>(() => run);
        Assert.Equal("too late", late.Message);
        Assert.IsType(error, late.InnerException);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(AuthenticationException))]
    public async Task A_step_that_the_caller_gives_up_is_canceled_whatever_it_throws(Type error)
    {
        using CancellationTokenSource caller = new();
        Task<int> run = TimeLimit.RunAsync(Limit, static () => "too late", _clock, over => FailAfterAsync(error, over), caller.Token);
        caller.Cancel();
        Assert.Equal(caller.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run)).CancellationToken);
    }

    [Fact]
    public async Task A_failure_in_time_is_told_as_it_is() =>
        Assert.Equal("refused", (await Assert.ThrowsAsync<IOException>(() => TimeLimit.RunAsync<int>(
            Limit, static () => "late", _clock, static _ => throw new IOException("refused"), Ct))).Message);

    [Fact]
    public async Task A_fault_that_no_deadline_brings_about_is_not_hidden_by_one() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => TimeLimit.RunAsync<int>(Limit, static () => "late", _clock, over =>
        {
            _clock.Advance(Limit);
            throw new InvalidOperationException("a fault");
        }, Ct));

    [Fact(Timeout = Timeout)]
    public async Task Zero_is_no_limit()
    {
        TaskCompletionSource<int> step = new();
        Task<int> run = TimeLimit.RunAsync(TimeSpan.Zero, static () => "late", _clock, _ => step.Task, Ct);
        _clock.Advance(TimeSpan.FromDays(365));
        step.SetResult(1);
        Assert.Equal(1, await run);
    }

    [Fact]
    public async Task Who_has_given_up_before_begins_nothing() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TimeLimit.RunAsync<int>(
            Limit, static () => "late", _clock, static _ => throw new InvalidOperationException("begun"), new CancellationToken(canceled: true)));

    private static async Task<int> FailAfterAsync(Type error, CancellationToken over)
    {
        await Task.Delay(System.Threading.Timeout.Infinite, over).ContinueWith(static _ => { }, TaskScheduler.Default);
        throw (Exception)Activator.CreateInstance(error)!;
    }
}
