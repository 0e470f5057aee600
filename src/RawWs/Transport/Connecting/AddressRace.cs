using System.Net;
using System.Net.Sockets;

namespace RawWs.Transport.Connecting;

/// <summary>Tries the addresses of a host one after another without waiting for each to fail: the first that connects wins, and the others are closed (RFC 8305 section 5).</summary>
/// <remarks>An attempt fails by a <see cref="SocketException"/>, and ends soon after its token is cancelled.</remarks>
internal sealed class AddressRace<T>(Func<IPAddress, CancellationToken, Task<T>> connect, TimeProvider time)
    where T : class, IDisposable
{
    /// <summary>How long an attempt is alone before the next joins it, the value that RFC 8305 section 5 recommends.</summary>
    public static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Completes when nothing is left but the winner; without one all addresses have failed.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<(T? Winner, IReadOnlyList<ConnectFailure> Failures)> RunAsync(IReadOnlyList<IPAddress> addresses, CancellationToken ct)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        List<Task<Attempt>> running = [];
        try
        {
            return await RunAsync(new Queue<IPAddress>(addresses), running, over.Token).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await CloseAsync(running).ConfigureAwait(false);
        }
    }

    private async Task<(T? Winner, IReadOnlyList<ConnectFailure> Failures)> RunAsync(Queue<IPAddress> untried, List<Task<Attempt>> running, CancellationToken ct)
    {
        List<ConnectFailure> failures = [];
        Task<Attempt>? latest = null;
        Task delay = Task.CompletedTask;
        while (untried.Count > 0 || running.Count > 0)
        {
            ct.ThrowIfCancellationRequested();
            if (running.Find(static attempt => attempt.IsCompleted) is { } ended)
            {
                Attempt outcome = await ended.ConfigureAwait(false);
                running.Remove(ended);
                if (outcome.Connected is not null)
                    return (outcome.Connected, failures);
                failures.Add(new ConnectFailure(outcome.Address, outcome.Error!));
            }
            else if (untried.Count > 0 && (delay.IsCompleted || !running.Contains(latest!)))
            {
                latest = TryAsync(untried.Dequeue(), ct);
                running.Add(latest);
                delay = DelayAsync(ct);
            }
            else
            {
                await Task.WhenAny(untried.Count > 0 ? [.. running, delay] : running).ConfigureAwait(false);
            }
        }
        return (null, failures);
    }

    private async Task<Attempt> TryAsync(IPAddress address, CancellationToken ct)
    {
        try
        {
            return new Attempt(address, await connect(address, ct).ConfigureAwait(false), null);
        }
        catch (SocketException e)
        {
            return new Attempt(address, null, e);
        }
    }

    private async Task DelayAsync(CancellationToken ct)
    {
        await Task.Delay(AttemptDelay, time, ct).ConfigureAwait(false);
        await Task.Yield();         // what follows, the caller's code included, must not run on the thread that drives the timers
    }

    /// <summary>What was cancelled has closed its socket itself; but one may have connected in the same moment as the winner.</summary>
    private static async Task CloseAsync(List<Task<Attempt>> losers)
    {
        await Task.WhenAll((IEnumerable<Task>)losers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (Task<Attempt> loser in losers)
            if (loser.IsCompletedSuccessfully)
                (await loser.ConfigureAwait(false)).Connected?.Dispose();
    }

    private readonly record struct Attempt(IPAddress Address, T? Connected, SocketException? Error);
}
