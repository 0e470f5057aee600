namespace RawWs;

/// <summary>The connection is over, or was before the call could be carried out; <see cref="Result"/> says how it ended.</summary>
public sealed class WebSocketClosedException : Exception
{
    /// <summary>Names the end.</summary>
    /// <param name="result">How the connection ended.</param>
    public WebSocketClosedException(WebSocketCloseResult result)
        : base($"The WebSocket connection is over: {result}.", result.Error) => Result = result;

    /// <summary>How the connection ended.</summary>
    public WebSocketCloseResult Result { get; }
}
