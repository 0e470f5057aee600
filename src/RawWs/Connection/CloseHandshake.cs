using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>The facts of a connection's end, each stored once; all answers are derived (RFC 6455 section 7.1).</summary>
/// <remarks>Written by any thread, under the lock of this object; the first cause of the end wins.</remarks>
internal sealed class CloseHandshake
{
    // boxed, because most connections are open and have neither
    private object? _sent;
    private object? _received;
    private WebSocketCloseInitiator? _initiator;

    /// <summary>The close frame that we sent.</summary>
    public ClosePayload? Sent => (ClosePayload?)_sent;

    /// <summary>The close frame that the peer sent.</summary>
    public ClosePayload? Received => (ClosePayload?)_received;

    /// <summary>What broke the connection first.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Whether data and control frames may still be sent (section 5.5.1: none after a close frame).</summary>
    public bool MaySend => _sent is null && Error is null or WebSocketProtocolException;

    /// <summary>Whether the end has begun, from either side.</summary>
    public bool HasBegun => _initiator is not null;

    /// <summary>Whether our close frame went out before anything came from the peer that ended the connection.</summary>
    public bool WasBegunByOurClose => _sent is not null && _initiator == WebSocketCloseInitiator.Local && Error is null;

    /// <summary>Whether the peer closed and nothing went wrong: all of its messages have come.</summary>
    public bool IsOrderly => _received is not null && Error is null;

    public WebSocketCloseResult Result
    {
        get
        {
            lock (this)
            {
                WebSocketCloseInitiator initiator = _initiator ?? WebSocketCloseInitiator.Local;
                ClosePayload? first = initiator == WebSocketCloseInitiator.Local ? Sent ?? Received : Received ?? Sent;
                bool isClean = Sent is not null && Received is not null && Error is null;
                string reason = first is { Reason.Length: > 0 } payload ? payload.Reason : Error?.Message ?? "";
                return new(initiator, isClean, first?.Status, reason, Error);
            }
        }
    }

    public void OnSent(ClosePayload payload)
    {
        lock (this)
        {
            _initiator ??= WebSocketCloseInitiator.Local;
            _sent ??= payload;
        }
    }

    public void OnReceived(ClosePayload payload)
    {
        lock (this)
        {
            _initiator ??= WebSocketCloseInitiator.Remote;
            _received ??= payload;
        }
    }

    /// <summary>Something ended the connection other than a close frame. After both close frames nothing is an error any more.</summary>
    public void OnError(WebSocketCloseInitiator initiator, Exception error)
    {
        lock (this)
        {
            if (_sent is not null && _received is not null)
                return;
            _initiator ??= initiator;
            Error ??= error;
        }
    }

    public WebSocketClosedException ToException() => new(Result);
}
