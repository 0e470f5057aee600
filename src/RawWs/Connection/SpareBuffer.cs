using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>The last message buffer that came back, kept for the next message. A mutable struct; safe for several threads.</summary>
internal struct SpareBuffer
{
    private MessageBuffer? _buffer;

    /// <summary>The one that is kept, or a new one.</summary>
    public MessageBuffer Take() => Interlocked.Exchange(ref _buffer, null) ?? new();

    public void Keep(MessageBuffer? buffer)
    {
        if (buffer is null)
            return;
        buffer.Reset();
        Volatile.Write(ref _buffer, buffer);
    }
}
