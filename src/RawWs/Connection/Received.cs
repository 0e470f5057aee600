using System.Net.WebSockets;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>A message on its way to the application, and what must be given back when it is done with.</summary>
/// <param name="Payload">The message, where it lies.</param>
/// <param name="Type">Text or binary.</param>
/// <param name="PipeStart">Where its first byte stands in all bytes received, if it lies in the pipe; else -1.</param>
/// <param name="PipeSize">How many bytes it takes there, header included.</param>
/// <param name="Owner">What it lies in if not in the pipe: a <see cref="MessageBuffer"/>, or the <see cref="WebSocketMessageStream"/> that it comes through in parts.</param>
internal readonly record struct Received(ReadOnlyMemory<byte> Payload, WebSocketMessageType Type, long PipeStart, int PipeSize = 0, object? Owner = null)
{
    /// <summary>What one queued message costs beside its payload.</summary>
    private const int Overhead = 64;

    public bool IsInPipe => PipeStart >= 0;

    public long PipeEnd => PipeStart + PipeSize;

    public int Cost => Payload.Length + Overhead;

    public WebSocketMessage Message => new(Payload, Type);

    /// <summary>The message in parts, if it came so or was turned into that by <see cref="InParts"/>.</summary>
    public WebSocketMessageStream? Stream => Owner as WebSocketMessageStream;

    /// <summary>The same message as a stream, which ends with it.</summary>
    public Received InParts() => Owner is WebSocketMessageStream ? this : this with { Owner = StreamedMessage.Over(this) };

    /// <summary>The application is done with it; gives the buffer that it lay in, if any.</summary>
    public MessageBuffer? Release()
    {
        Stream?.Dispose();
        return Stream is { } stream ? stream.Buffer : Owner as MessageBuffer;
    }
}
