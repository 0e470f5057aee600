using System.Net.WebSockets;

namespace RawWs.Tests.Conformance;

/// <summary>How a stream of frames ended for its receiver.</summary>
internal enum StreamEnd
{
    /// <summary>The bytes ended before a close frame.</summary>
    OutOfBytes,

    /// <summary>A legal close frame was read.</summary>
    Closed,

    /// <summary>The receiver refused the stream.</summary>
    Refused,
}

/// <summary>What a receiver made of a stream of frames: its whole messages, its answers to pings, and the end.</summary>
/// <param name="Messages">Type and bytes in hexadecimal, in order.</param>
/// <param name="Pings">The payloads that were, or are to be, answered by a pong, in hexadecimal.</param>
/// <param name="End">How it ended.</param>
/// <param name="Status">The code of the close frame that was read, or that answers the violation.</param>
/// <param name="Detail">The reason of the close frame, or the rule that was broken.</param>
internal sealed record StreamOutcome(
    IReadOnlyList<string> Messages, IReadOnlyList<string> Pings, StreamEnd End, WebSocketCloseStatus? Status, string Detail)
{
    public override string ToString() =>
        $"[{string.Join(" ", Messages)}] pings [{string.Join(" ", Pings)}] {End} {(int?)Status} {Detail}";
}
