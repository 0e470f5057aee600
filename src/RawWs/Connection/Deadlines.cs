using System.Net.WebSockets;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>All deadlines of one connection on one timer: it is armed for the nearest, and looks at the facts when it fires.</summary>
internal sealed class Deadlines(ProtocolConnection connection, TimeProvider time, WebSocketEndpointOptions options) : IDisposable
{
    private const long Never = long.MaxValue;

    /// <summary>The longest a timer is armed for; timers of the platform end at about 49 days.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly object _gate = new();
    private ITimer? _timer;
    private long _armedFor = Never;
    private long _lastReceived;
    private long _lastMessage;
    private long _pingSent = Never;
    private long _sentBytes;
    private long _sentBytesAt;
    private long _endsAt = Never;
    private Action<ProtocolConnection>? _end;

    /// <summary>Begins to watch an open connection.</summary>
    public void Start()
    {
        _lastReceived = _lastMessage = time.GetTimestamp();
        lock (_gate)
            Arm(Check());
    }

    /// <summary>Any byte is a sign of life.</summary>
    public void OnReceived() => _lastReceived = time.GetTimestamp();

    public void OnMessage()
    {
        if (options.IdleTimeout > TimeSpan.Zero)
            _lastMessage = time.GetTimestamp();
    }

    /// <summary>The transport takes no more bytes for now.</summary>
    public void OnSendBlocked()
    {
        if (options.SendTimeout == TimeSpan.Zero)
            return;
        lock (_gate)
        {
            (_sentBytes, _sentBytesAt) = (connection.Transport.BytesSent, time.GetTimestamp());
            Arm(After(_sentBytesAt, options.SendTimeout));
        }
    }

    /// <summary>From here on one deadline counts beside the send timeout: that of the current step of the end.</summary>
    public void EndWithin(TimeSpan limit, Action<ProtocolConnection> end)
    {
        lock (_gate)
        {
            (_endsAt, _end) = (After(time.GetTimestamp(), limit), end);
            Arm(_endsAt);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _armedFor = long.MinValue;
            _timer?.Dispose();
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_armedFor == long.MinValue)
                return;
            _armedFor = Never;
            Arm(Check());
        }
    }

    /// <summary>Acts on what is due; the time of what is due next.</summary>
    private long Check()
    {
        long now = time.GetTimestamp();
        long next = CheckSend(now);
        if (_end is not null)
            return Math.Min(next, CheckEnd(now));
        next = Math.Min(next, CheckKeepAlive(now));
        return Math.Min(next, CheckIdle(now));
    }

    private long CheckEnd(long now)
    {
        if (now < _endsAt)
            return _endsAt;
        _endsAt = Never;
        connection.Post(_end!);
        return Never;
    }

    private long CheckSend(long now)
    {
        if (!connection.IsSendBlocked || options.SendTimeout == TimeSpan.Zero)
            return Never;
        if (connection.Transport.BytesSent is var sent && sent != _sentBytes)
            (_sentBytes, _sentBytesAt) = (sent, now);
        long due = After(_sentBytesAt, options.SendTimeout);
        return now < due ? due : Fail($"The peer took no byte for {options.SendTimeout}.");
    }

    private long CheckKeepAlive(long now)
    {
        if (options.KeepAliveInterval == TimeSpan.Zero)
            return Never;
        if (connection.IsReadingPaused || (_pingSent != Never && connection.IsSendBlocked))
            _lastReceived = now;                                        // nobody could see a pong, or the ping has not left
        if (_pingSent != Never && _lastReceived < _pingSent)
        {
            long due = After(_pingSent, options.KeepAliveTimeout);
            return now < due ? due : Fail($"The peer did not answer a ping within {options.KeepAliveTimeout}.");
        }
        _pingSent = Never;
        long pingDue = After(_lastReceived, options.KeepAliveInterval);
        if (now < pingDue)
            return pingDue;
        _lastReceived = Math.Min(_lastReceived, now - 1);
        _pingSent = options.KeepAliveTimeout > TimeSpan.Zero ? now : Never;
        if (_pingSent == Never)
            _lastReceived = now;
        connection.Post(static c => c.Sender.TrySendPing([]));
        return After(now, options.KeepAliveTimeout > TimeSpan.Zero ? options.KeepAliveTimeout : options.KeepAliveInterval);
    }

    private long CheckIdle(long now)
    {
        if (options.IdleTimeout == TimeSpan.Zero)
            return Never;
        long due = After(_lastMessage, options.IdleTimeout);
        if (now < due)
            return due;
        string reason = $"No message for {options.IdleTimeout}";
        connection.Post(c => c.StartClose(new ClosePayload(WebSocketCloseStatus.EndpointUnavailable, reason)));
        return Never;
    }

    private long Fail(string reason)
    {
        connection.Post(c => c.Abort(new TimeoutException(reason)));
        return Never;
    }

    private void Arm(long due)
    {
        if (due >= _armedFor)
            return;
        _armedFor = due;
        TimeSpan wait = time.GetElapsedTime(time.GetTimestamp(), due);
        wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
        if (_timer is null)
            _timer = time.CreateTimer(static state => ((Deadlines)state!).OnTimer(), this, wait, Timeout.InfiniteTimeSpan);
        else
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private long After(long since, TimeSpan wait) => since + (long)(wait.TotalSeconds * time.TimestampFrequency);
}
