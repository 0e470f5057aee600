using System.Net.WebSockets;

namespace RawWs.Host.Endpoints;

/// <summary>The connections that get the same messages.</summary>
/// <remarks>
/// Safe for any thread. Joining and leaving copy the list, so that sending walks it without a lock; and sending never
/// waits for anyone: a member that lags behind misses the message.
/// </remarks>
internal sealed class Audience
{
    private const long MaxBacklog = 256 * 1024;

    private readonly object _lock = new();
    private volatile WebSocketConnection[] _members = [];

    public int Count => _members.Length;

    public void Add(WebSocketConnection connection)
    {
        lock (_lock)
            _members = [.. _members, connection];
    }

    public void Remove(WebSocketConnection connection)
    {
        lock (_lock)
            _members = [.. _members.Where(member => member != connection)];
    }

    /// <summary>Sends a message to everyone who can take it and says how many those were.</summary>
    /// <param name="payload">Memory that nobody changes or reuses: a large one is still being sent when this returns.</param>
    /// <param name="type">Text or binary.</param>
    /// <param name="maxBacklog">How many bytes may still wait to be sent to a member that gets this message.</param>
    public int Send(ReadOnlyMemory<byte> payload, WebSocketMessageType type, long maxBacklog = MaxBacklog)
    {
        int receivers = 0;
        foreach (WebSocketConnection member in _members)
        {
            if (member.BufferedBytes <= maxBacklog && TrySend(member, payload, type))
                receivers++;
        }

        return receivers;
    }

    private static bool TrySend(WebSocketConnection member, ReadOnlyMemory<byte> payload, WebSocketMessageType type)
    {
        if (!member.IsOpen)
            return false;
        try
        {
            ValueTask sent = member.SendAsync(payload, type);
            if (sent.IsCompleted)
                sent.GetAwaiter().GetResult();
            else
                _ = ObserveAsync(sent);
            return true;
        }
        catch (WebSocketClosedException)
        {
            return false; // it closed this very moment; its own handler hears of that
        }
    }

    private static async Task ObserveAsync(ValueTask sent)
    {
        try
        {
            await sent;
        }
        catch (WebSocketClosedException)
        {
            // it left while the message was on its way; its own handler hears of that
        }
    }
}
