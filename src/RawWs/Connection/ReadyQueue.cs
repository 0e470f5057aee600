namespace RawWs.Connection;

/// <summary>Messages that wait for a busy consumer. A mutable struct: its one owner guards it.</summary>
internal struct ReadyQueue
{
    private Queue<Received>? _messages;

    /// <summary>What they cost, in bytes.</summary>
    public int Cost { get; private set; }

    /// <summary>Whether a message had no room: none is taken after it, so that there are no gaps.</summary>
    public bool IsClosed { get; private set; }

    public readonly bool IsEmpty => _messages is not { Count: > 0 };

    public void Enqueue(in Received message)
    {
        (_messages ??= new()).Enqueue(message);
        Cost += message.Cost;
    }

    public void Close() => IsClosed = true;

    public bool TryDequeue(out Received message)
    {
        message = default;
        if (_messages is null || !_messages.TryDequeue(out message))
            return false;
        Cost -= message.Cost;
        return true;
    }

    /// <summary>The first one that lies in the pipe.</summary>
    public readonly Received? FirstHeld()
    {
        if (IsEmpty)
            return null;
        foreach (Received message in _messages!)
            if (message.IsInPipe)
                return message;
        return null;
    }
}
