using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>One send that could not be taken at once: it waits for its turn, or for the rest of its payload to leave.</summary>
internal sealed class SendWaiter(FirstByte first, ReadOnlyMemory<byte> payload)
    : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private CancellationTokenRegistration _cancellation;

    public FirstByte First { get; } = first;

    /// <summary>Asks for the data path only: the first step of a message that is sent in fragments.</summary>
    public bool IsReservation { get; init; }

    /// <summary>The next frame of the message that holds the data path.</summary>
    public bool OwnsPath { get; init; }

    /// <summary>What has not been handed to the pipe yet.</summary>
    public ReadOnlyMemory<byte> Rest { get; set; } = payload;

    /// <summary>The mask for the first byte of <see cref="Rest"/>; clients only.</summary>
    public uint MaskKey { get; set; }

    /// <summary>Whether its first byte was written: from then on it cannot be taken back.</summary>
    public bool HasBegun { get; set; }

    public void OnCancel(Action<SendWaiter, CancellationToken> cancel, CancellationToken ct)
    {
        if (ct.CanBeCanceled)
            _cancellation = ct.UnsafeRegister(static (state, token) =>
            {
                var (waiter, cancel) = ((SendWaiter, Action<SendWaiter, CancellationToken>))state!;
                cancel(waiter, token);
            }, (this, cancel));
    }

    public void Complete()
    {
        _cancellation.Unregister();
        TrySetResult();
    }

    public void Fail(Exception error)
    {
        _cancellation.Unregister();
        TrySetException(error);
    }
}
