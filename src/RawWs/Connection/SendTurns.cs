using System.Diagnostics.CodeAnalysis;

namespace RawWs.Connection;

/// <summary>Whose turn it is to send data: messages in their order, but none between the fragments of another (RFC 6455 section 5.4). Guarded by the sender's lock.</summary>
internal sealed class SendTurns
{
    private readonly Queue<SendWaiter> _messages = new();
    private SendWaiter? _fragment;
    private bool _isTaken;

    /// <summary>Whether a new message may go next.</summary>
    public bool IsFree => !_isTaken && _messages.Count == 0;

    /// <summary>Whether somebody waits for a turn, or did and was canceled.</summary>
    public bool IsWaitedFor => _fragment is not null || _messages.Count > 0;

    /// <summary>A message in fragments begins: the others wait for its end.</summary>
    public void Take() => _isTaken = true;

    public void Release() => _isTaken = false;

    public void Wait(SendWaiter waiter)
    {
        if (waiter.OwnsPath)
            _fragment = waiter;
        else
            _messages.Enqueue(waiter);
    }

    /// <summary>The next send whose turn it is and that was not canceled meanwhile.</summary>
    public bool TryNext([NotNullWhen(true)] out SendWaiter? waiter)
    {
        do
        {
            waiter = _fragment;
            _fragment = null;
            if (waiter is null && (_isTaken || !_messages.TryDequeue(out waiter)))
                return false;
        }
        while (waiter.Task.IsCompleted);
        if (waiter.IsReservation)
            _isTaken = true;
        else if (waiter is { OwnsPath: true, First.IsFinal: true })
            _isTaken = false;
        return true;
    }

    /// <summary>Nobody has a turn any more.</summary>
    public void Refuse(Func<Exception> reason)
    {
        _isTaken = true;
        _fragment?.Fail(reason());
        while (_messages.TryDequeue(out SendWaiter? waiter))
            waiter.Fail(reason());
    }
}
