using System.Net.WebSockets;

namespace RawWs;

/// <summary>Which side ended a connection.</summary>
public enum WebSocketCloseInitiator
{
    /// <summary>This side: a close, an abort, a deadline that passed, or a rule that the peer broke.</summary>
    Local,

    /// <summary>The peer: its close frame came first, or its side of the transport ended.</summary>
    Remote,
}

/// <summary>How a connection ended (RFC 6455 section 7.1).</summary>
/// <param name="Initiator">Who began the end.</param>
/// <param name="IsClean">Whether both close frames were exchanged (section 7.1.4).</param>
/// <param name="Status">
/// The code of the first close frame, by whoever sent it; <see langword="null"/> when there was none or it carried no code.
/// </param>
/// <param name="Reason">The reason in that close frame, else one sentence on what happened.</param>
/// <param name="Error">What broke the connection, when something did.</param>
public sealed record WebSocketCloseResult(
    WebSocketCloseInitiator Initiator, bool IsClean, WebSocketCloseStatus? Status, string Reason, Exception? Error)
{
    /// <summary>One sentence for logs and people.</summary>
    public override string ToString()
    {
        string who = Initiator == WebSocketCloseInitiator.Local ? "this side" : "the peer";
        string code = Status is { } status ? ((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture) : "no code";
        return $"closed by {who}, {(IsClean ? "clean" : "not clean")}, {code}{(Reason.Length > 0 ? ": " + Reason : "")}";
    }
}
