using System.Net.WebSockets;

namespace RawWs;

/// <summary>One message, read in parts as it arrives. (Signatures only for now: it derives from Stream.)</summary>
public abstract class WebSocketMessageStream : Stream
{
    /// <summary>Text or binary.</summary>
    public WebSocketMessageType Type { get; }
}
