using System.Diagnostics.CodeAnalysis;
using RawWs.Transport;

namespace RawWs.Server;

/// <summary>The deadline of one TLS handshake: when it passes, the connection is aborted, also while it waits for its turn.</summary>
internal sealed class TlsDeadline : IDisposable
{
    private const int Running = 0, Over = 1, Ended = 2;

    private readonly ITransportConnection _connection;

    /// <summary>It has neither a timer nor a handle, so nobody disposes it: the timer may be about to cancel it.</summary>
    [SuppressMessage("Usage", "CA2213", Justification = "See above.")]
    private readonly CancellationTokenSource _over = new();

    private readonly ITimer _timer;
    private int _state;

    /// <param name="connection">What is aborted, and whose clock counts.</param>
    /// <param name="limit">Zero: no deadline.</param>
    public TlsDeadline(ITransportConnection connection, TimeSpan limit)
    {
        _connection = connection;
        TimeSpan due = limit == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limit;
        _timer = connection.Time.CreateTimer(static deadline => ((TlsDeadline)deadline!).OnOver(), this, due, Timeout.InfiniteTimeSpan);
    }

    public bool IsOver => Volatile.Read(ref _state) == Over;

    public CancellationToken Token => _over.Token;

    /// <summary>What the handshake is waiting for, in words.</summary>
    public string Step { get; set; } = "";

    /// <summary>The handshake is done. False: too late.</summary>
    public bool TryEnd() => Interlocked.CompareExchange(ref _state, Ended, Running) == Running;

    public void Dispose()
    {
        _timer.Dispose();
        TryEnd();
    }

    private void OnOver()
    {
        if (Interlocked.CompareExchange(ref _state, Over, Running) != Running)
            return;
        _connection.Abort("The TLS handshake was not done in time.");
        _over.Cancel();
    }
}
