using System.Net.WebSockets;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>A message on its way to the application, and what must be given back when it is done with.</summary>
/// <param name="Payload">The message, where it lies.</param>
/// <param name="Type">Text or binary.</param>
/// <param name="PipeStart">Where its first byte stands in all bytes received, if it lies in the pipe; else -1.</param>
/// <param name="Buffer">The pooled memory that it lies in, if it does not lie in the pipe.</param>
/// <param name="Stream">The message in parts, instead of <paramref name="Payload"/>.</param>
internal readonly record struct Received(
    ReadOnlyMemory<byte> Payload, WebSocketMessageType Type, long PipeStart, MessageBuffer? Buffer = null, WebSocketMessageStream? Stream = null)
{
    /// <summary>What one queued message costs beside its payload.</summary>
    private const int Overhead = 64;

    public bool IsInPipe => PipeStart >= 0;

    public int Cost => Payload.Length + Overhead;
}
