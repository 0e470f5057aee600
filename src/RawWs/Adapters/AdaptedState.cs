using System.Net.WebSockets;
using RawWs.Connection;

namespace RawWs.Adapters;

/// <summary>A connection's state as <see cref="WebSocket"/> has it: what the application did and was told, whatever has come in since.</summary>
internal sealed class AdaptedState(ProtocolConnection connection)
{
    private int _end = (int)WebSocketState.None;
    private volatile bool _isCloseSent;
    private volatile bool _isCloseReceived;

    public WebSocketState Current
    {
        get
        {
            WebSocketState end = (WebSocketState)Volatile.Read(ref _end);
            if (end != WebSocketState.None)
                return end;
            if (WasAbortedHere)
                return WebSocketState.Aborted;
            return (_isCloseSent || connection.Close.WasBegunByOurClose, _isCloseReceived) switch
            {
                (false, false) => WebSocketState.Open,
                (true, false) => WebSocketState.CloseSent,
                (false, true) => WebSocketState.CloseReceived,
                (true, true) => WebSocketState.Closed,
            };
        }
    }

    public bool IsCloseReceived => _isCloseReceived;

    /// <summary>A deadline, or a call on the connection itself; a transport that the peer ended shows in the receive that finds it.</summary>
    private bool WasAbortedHere => connection.IsBroken && connection.Close.Error is not (null or IOException);

    public void OnCloseSent() => _isCloseSent = true;

    public void OnCloseReceived() => _isCloseReceived = true;

    /// <summary>Ends the connection in the eyes of the application; false when it has ended before.</summary>
    public bool TryEnd(WebSocketState end) =>
        Current is not (WebSocketState.Closed or WebSocketState.Aborted)
        && Interlocked.CompareExchange(ref _end, (int)end, (int)WebSocketState.None) == (int)WebSocketState.None;

    /// <summary>What the framework throws where a send fails.</summary>
    public Exception OfFailedSend(WebSocketClosedException closed, CancellationToken ct) => Current == WebSocketState.Aborted
        ? new OperationCanceledException("The connection was aborted.", closed, ct)
        : new WebSocketException(WebSocketError.ConnectionClosedPrematurely, closed.Message, closed);

    /// <summary>What the framework throws where a receive fails; the connection is aborted by that.</summary>
    public Exception OfFailedReceive(WebSocketClosedException closed, CancellationToken ct)
    {
        Exception error = closed.Result.Error is WebSocketProtocolException violation
            ? new WebSocketException(WebSocketError.Faulted, violation.Message, closed)
            : OfFailedSend(closed, ct);
        TryEnd(WebSocketState.Aborted);
        return error;
    }
}
