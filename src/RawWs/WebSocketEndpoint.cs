namespace RawWs;

/// <summary>The push face: derive from it and map it; there is one instance for each connection.</summary>
/// <remarks>Its methods are called one after the other, never at the same time.</remarks>
public abstract class WebSocketEndpoint
{
    /// <summary>Called once, after the handshake and before the first message.</summary>
    /// <param name="connection">The connection, for sending from here on.</param>
    public virtual ValueTask OnOpenAsync(WebSocketConnection connection) => default;

    /// <summary>Called for each message, in order.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="message">Valid until the returned task completes.</param>
    public virtual ValueTask OnMessageAsync(WebSocketConnection connection, WebSocketMessage message) => default;

    /// <summary>Called once, when the connection is over, whatever ended it, if <see cref="OnOpenAsync"/> was called.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="result">How it ended.</param>
    public virtual ValueTask OnCloseAsync(WebSocketConnection connection, WebSocketCloseResult result) => default;

    /// <summary>Called when one of the other methods threw; the connection is closed with 1011 afterwards.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="exception">What was thrown.</param>
    public virtual ValueTask OnErrorAsync(WebSocketConnection connection, Exception exception) => default;

    /// <summary>Called on the receive path for each ping, which has been answered already; must not block.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="payload">The ping's payload, at most 125 bytes, valid during the call.</param>
    public virtual void OnPing(WebSocketConnection connection, ReadOnlySpan<byte> payload)
    {
    }

    /// <summary>Called on the receive path for each pong; must not block.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="payload">The pong's payload, at most 125 bytes, valid during the call.</param>
    public virtual void OnPong(WebSocketConnection connection, ReadOnlySpan<byte> payload)
    {
    }
}
