using System.Diagnostics;
using System.Net.WebSockets;

namespace RawWs.ClientLoad;

/// <summary>One connection of the closed loop: keeps messages in flight until the window is over, checks every byte that comes back, and closes.</summary>
internal sealed class EchoLoop(WebSocketConnection connection, MessagePool messages, int inFlight, Window window)
{
    private readonly long[] _sentAt = new long[inFlight];
    private long _sent;

    public async Task RunAsync()
    {
        while (_sent < inFlight)
            await SendAsync(Stopwatch.GetTimestamp());
        for (long received = 0; received < _sent; received++)
        {
            WebSocketMessage message = await connection.ReceiveAsync() ?? throw new InvalidDataException("The server closed the connection.");
            long now = Stopwatch.GetTimestamp();
            window.Add(now - _sentAt[received % inFlight]);
            if (!message.IsText || !message.Payload.Span.SequenceEqual(messages[received].Span))
                throw new InvalidDataException($"Message {received} of connection {connection.Id} came back altered.");
            if (!window.IsOver)
                await SendAsync(now);
        }
        await connection.CloseAsync();
    }

    private ValueTask SendAsync(long now)
    {
        _sentAt[_sent % inFlight] = now;
        return connection.SendAsync(messages[_sent++], WebSocketMessageType.Text);
    }
}
