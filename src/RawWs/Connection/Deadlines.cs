using System.Net.WebSockets;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>All deadlines of one connection on one timer: it is armed for the nearest, and looks at the facts when it fires.</summary>
internal sealed class Deadlines(ProtocolConnection connection) : IDisposable
{
    private const long Never = long.MaxValue;

    /// <summary>The longest a timer is armed for; timers of the platform end at about 49 days.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private ITimer? _timer;
    private long _armedFor = Never;
    private long _lastReceived;
    private long _lastMessage;
    private long _pingSent = Never;
    private long _endsAt = Never;
    private Action<ProtocolConnection>? _end;

    private TimeProvider Time => connection.Transport.Time;

    private WebSocketConnectionOptions Options => connection.Options;

    /// <summary>How often a send that is blocked is looked at: progress is dated by the look that finds it.</summary>
    private TimeSpan SendLook => Options.SendTimeout / 4;

    /// <summary>Begins to watch an open connection.</summary>
    public void Start()
    {
        _lastReceived = _lastMessage = Time.GetTimestamp();
        lock (this)
            Arm(Check());
    }

    /// <summary>How long the peer has sent nothing.</summary>
    public TimeSpan Silence => Time.GetElapsedTime(_lastReceived);

    /// <summary>Any byte is a sign of life.</summary>
    public void OnReceived() => _lastReceived = Time.GetTimestamp();

    /// <summary>A message, or a part of one, came or goes.</summary>
    public void OnMessage()
    {
        if (Options.IdleTimeout > TimeSpan.Zero)
            _lastMessage = Time.GetTimestamp();
    }

    /// <summary>The transport takes no more bytes for now.</summary>
    public void OnSendBlocked(long now)
    {
        if (Options.SendTimeout == TimeSpan.Zero)
            return;
        lock (this)
            Arm(After(now, SendLook));
    }

    /// <summary>From here on one deadline counts beside the send timeout: that of the current step of the end.</summary>
    public void EndWithin(TimeSpan limit, Action<ProtocolConnection> end)
    {
        lock (this)
        {
            (_endsAt, _end) = (After(Time.GetTimestamp(), limit), end);
            Arm(_endsAt);
        }
    }

    public void Dispose()
    {
        lock (this)
        {
            _armedFor = long.MinValue;
            _timer?.Dispose();
        }
    }

    private void OnTimer()
    {
        lock (this)
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
        long now = Time.GetTimestamp();
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
        if (!connection.IsSendBlocked || Options.SendTimeout == TimeSpan.Zero)
            return Never;
        long due = After(connection.Sender.StalledSince(now), Options.SendTimeout);
        return now < due ? Math.Min(due, After(now, SendLook)) : Fail($"The peer took no byte for {Options.SendTimeout}.");
    }

    private long CheckKeepAlive(long now)
    {
        if (Options.KeepAliveInterval == TimeSpan.Zero)
            return Never;
        if (connection.IsReadingPaused || (_pingSent != Never && connection.IsSendBlocked))
            _lastReceived = now;                                        // nobody could see a pong, or the ping has not left
        if (_pingSent != Never && _lastReceived < _pingSent)
        {
            long due = After(_pingSent, Options.KeepAliveTimeout);
            return now < due ? NextLook(now, due) : Fail($"The peer did not answer a ping within {Options.KeepAliveTimeout}.");
        }
        _pingSent = Never;
        long pingDue = After(_lastReceived, Options.KeepAliveInterval);
        if (now < pingDue)
            return pingDue;
        _lastReceived = Math.Min(_lastReceived, now - 1);
        _pingSent = Options.KeepAliveTimeout > TimeSpan.Zero ? now : Never;
        if (_pingSent == Never)
            _lastReceived = now;
        connection.Post(static c => c.Sender.TrySendPing([]));
        return NextLook(now, _pingSent == Never ? Never : After(_pingSent, Options.KeepAliveTimeout));
    }

    /// <summary>Not later than an interval from now: an answer may come at any time, and the next silence begins with it.</summary>
    private long NextLook(long now, long due) => Math.Min(due, After(now, Options.KeepAliveInterval));

    private long CheckIdle(long now)
    {
        if (Options.IdleTimeout == TimeSpan.Zero)
            return Never;
        if (connection.IsSendBlocked)
            _lastMessage = Math.Max(_lastMessage, connection.Sender.StalledSince(now));     // bytes of a message still leave
        long due = After(_lastMessage, Options.IdleTimeout);
        if (now < due)
            return due;
        string reason = $"No message for {Options.IdleTimeout}";
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
        TimeSpan wait = Time.GetElapsedTime(Time.GetTimestamp(), due);
        wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
        if (_timer is null)
            _timer = Time.CreateTimer(static state => ((Deadlines)state!).OnTimer(), this, wait, Timeout.InfiniteTimeSpan);
        else
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private long After(long since, TimeSpan wait) => since + (long)(wait.TotalSeconds * Time.TimestampFrequency);
}
