namespace RawWs.Connection;

/// <summary>The messages of an inbox as an asynchronous sequence that costs no state machine of its own.</summary>
internal sealed class MessageSequence(Inbox inbox, CancellationToken ct) : IAsyncEnumerable<WebSocketMessage>, IAsyncEnumerator<WebSocketMessage>
{
    private CancellationToken _ct = ct;

    public WebSocketMessage Current => inbox.Current;

    /// <summary>There is one reader of a connection, so there is one enumeration.</summary>
    public IAsyncEnumerator<WebSocketMessage> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.CanBeCanceled)
            _ct = cancellationToken;
        return this;
    }

    public ValueTask<bool> MoveNextAsync() => inbox.MoveNextAsync(_ct);

    public ValueTask DisposeAsync() => default;
}
