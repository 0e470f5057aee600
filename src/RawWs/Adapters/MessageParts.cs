using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using RawWs.Connection;

namespace RawWs.Adapters;

/// <summary>Copies received messages into the caller's buffers, a part of a message at a time. One reader at a time.</summary>
internal sealed class MessageParts(ProtocolConnection connection)
{
    private WebSocketMessageStream? _stream;
    private ReadOnlyMemory<byte> _rest;
    private WebSocketMessageType _type;
    private bool _isInMessage;

    private Inbox Inbox => connection.Inbox;

    /// <summary>The next part: with an empty buffer only news of it; <see langword="null"/> when the peer has closed.</summary>
    /// <exception cref="WebSocketClosedException">The connection ended in another way.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ValueWebSocketReceiveResult?> ReadAsync(Memory<byte> buffer)
    {
        if (Inbox.Discards)                                                             // the connection has taken its memory back
            return EndEarly();
        if (!_isInMessage)
        {
            if (!await Inbox.MoveNextInPartsAsync().ConfigureAwait(false))
                return null;
            Begin(Inbox.Held);
        }
        return _stream is null ? ReadWhole(buffer.Span) : await ReadStreamAsync(_stream.Reader, buffer).ConfigureAwait(false);
    }

    private void Begin(in Received message)
    {
        _stream = message.Owner as WebSocketMessageStream;
        (_rest, _type, _isInMessage) = (message.Payload, message.Type, true);
    }

    private ValueWebSocketReceiveResult? ReadWhole(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _rest.Length);
        if (!Inbox.TryCopyHeld(_rest.Span[..count], buffer))
            return EndEarly();
        _rest = _rest[count..];
        return Result(count, isLast: _rest.IsEmpty);
    }

    private async ValueTask<ValueWebSocketReceiveResult?> ReadStreamAsync(PipeReader parts, Memory<byte> buffer)
    {
        try
        {
            ReadResult read = await parts.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            int count = (int)Math.Min(read.Buffer.Length, buffer.Length);
            ReadOnlySequence<byte> part = read.Buffer.Slice(0, count);
            part.CopyTo(buffer.Span);
            bool isLast = read.IsCompleted && count == read.Buffer.Length;
            parts.AdvanceTo(part.End);
            return Result(count, isLast);
        }
        catch (InvalidOperationException) when (Inbox.Discards)
        {
            return EndEarly();
        }
        catch (WebSocketClosedException)                                                // the message will not be whole
        {
            End();
            if (connection.Close.IsOrderly)
                return null;
            throw;
        }
    }

    /// <summary>The connection was disposed, or its handler has returned: there is nothing more to receive, and nothing to let go.</summary>
    private ValueWebSocketReceiveResult? EndEarly()
    {
        (_stream, _rest, _isInMessage) = (null, default, false);
        return connection.Close.IsOrderly ? null : throw connection.Close.ToException();
    }

    private ValueWebSocketReceiveResult Result(int count, bool isLast)
    {
        if (isLast)
            End();
        return new(count, _type, isLast);
    }

    private void End()
    {
        (_stream, _rest, _isInMessage) = (null, default, false);
        Inbox.LetGo();
    }
}
