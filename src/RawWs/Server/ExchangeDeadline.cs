using RawWs.Transport;

namespace RawWs.Server;

/// <summary>The deadline of one step of an exchange: when it passes, the read that waits ends.</summary>
internal sealed class ExchangeDeadline : IDisposable
{
    private readonly ITransportConnection _transport;
    private readonly ITimer _timer;
    private volatile bool _isOver;
    private volatile Action? _over;

    /// <param name="transport">Whose reads are ended, and whose clock counts.</param>
    /// <param name="limit">Zero: no deadline.</param>
    public ExchangeDeadline(ITransportConnection transport, TimeSpan limit)
    {
        _transport = transport;
        TimeSpan due = limit == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limit;
        _timer = transport.Time.CreateTimer(static deadline => ((ExchangeDeadline)deadline!).OnOver(), this, due, Timeout.InfiniteTimeSpan);
    }

    public bool IsOver => _isOver;

    /// <summary>What else is ended by it.</summary>
    public Action? Over
    {
        get => _over;
        set => _over = value;
    }

    /// <exception cref="WebSocketHandshakeException">The deadline has passed (408).</exception>
    public void ThrowIfOver()
    {
        if (_isOver)
            throw new WebSocketHandshakeException(408, "The request did not come in time.");
    }

    public void Dispose() => _timer.Dispose();

    private void OnOver()
    {
        _isOver = true;
        _transport.Input.CancelPendingRead();
        Over?.Invoke();
    }
}
