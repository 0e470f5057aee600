namespace RawWs;

/// <summary>Two connected ends in memory, for tests. (Signatures only for now.)</summary>
public static class WebSocketPair
{
    /// <summary>Makes a pair: the server's end and the client's end.</summary>
    public static (WebSocketConnection Server, WebSocketConnection Client) Create(WebSocketEndpointOptions? options = null, TimeProvider? timeProvider = null) => throw new NotSupportedException();
}
