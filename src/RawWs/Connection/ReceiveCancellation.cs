namespace RawWs.Connection;

/// <summary>The token of one pending receive; most receives have none.</summary>
internal sealed class ReceiveCancellation(ConsumerSide consumer, CancellationToken ct)
{
    private CancellationTokenRegistration _registration;

    /// <summary>Under the consumer's lock. A token that is canceled already calls back at once.</summary>
    public void Register() =>
        _registration = ct.UnsafeRegister(static (state, token) => ((ReceiveCancellation)state!).Cancel(token), this);

    public void Unregister() => _registration.Unregister();

    private void Cancel(CancellationToken canceled) => consumer.Cancel(this, canceled);
}
