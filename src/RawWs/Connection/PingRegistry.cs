using System.Buffers.Binary;

namespace RawWs.Connection;

/// <summary>Pings of the application that wait for their pong, oldest first (RFC 6455 section 5.5.2).</summary>
internal sealed class PingRegistry(ProtocolConnection connection)
{
    private readonly object _gate = new();
    private readonly Queue<(long Number, long SentAt, TaskCompletionSource<TimeSpan> RoundTrip)> _pending = new();
    private long _last;

    /// <summary>Sends a ping with a payload of its own; completes with the round trip.</summary>
    public Task<TimeSpan> PingAsync()
    {
        TaskCompletionSource<TimeSpan> roundTrip = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Span<byte> payload = stackalloc byte[sizeof(long)];
        lock (_gate)
        {
            BinaryPrimitives.WriteInt64BigEndian(payload, ++_last);
            if (!connection.Sender.TrySendPing(payload))
                return Task.FromException<TimeSpan>(connection.Close.ToException());
            _pending.Enqueue((_last, connection.Transport.Time.GetTimestamp(), roundTrip));
        }
        return roundTrip.Task;
    }

    /// <summary>A pong answers its ping and all older ones: a peer may answer only the latest (section 5.5.3).</summary>
    public void OnPong(ReadOnlySpan<byte> payload)
    {
        if (!BinaryPrimitives.TryReadInt64BigEndian(payload, out long number) || payload.Length != sizeof(long))
            return;
        lock (_gate)
        {
            while (_pending.TryPeek(out var ping) && ping.Number <= number && number <= _last)
                _pending.Dequeue().RoundTrip.TrySetResult(connection.Transport.Time.GetElapsedTime(ping.SentAt));
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            while (_pending.TryDequeue(out var ping))
                ping.RoundTrip.TrySetException(connection.Close.ToException());
        }
    }
}
