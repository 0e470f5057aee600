using System.Security.Authentication;

namespace RawWs.Client;

/// <summary>Runs one step of a connect within its time: whatever a step fails with because it was ended, the caller sees why.</summary>
internal static class TimeLimit
{
    /// <param name="limit">Zero: none.</param>
    /// <param name="late">Says what the caller reads when the time is over.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">The caller's.</param>
    /// <param name="step">Ends soon after its token fires.</param>
    /// <exception cref="TimeoutException">The step was not done in time.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> fired.</exception>
    public static async Task<T> RunAsync<T>(TimeSpan limit, Func<string> late, TimeProvider time, Func<CancellationToken, Task<T>> step, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using CancellationTokenSource timer = new(limit == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limit, time);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, ct);
        try
        {
            return await step(over.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (over.IsCancellationRequested && error is IOException or OperationCanceledException or AuthenticationException)
        {
            throw ct.IsCancellationRequested ? new OperationCanceledException(new OperationCanceledException().Message, error, ct) : new TimeoutException(late(), error);
        }
    }
}
