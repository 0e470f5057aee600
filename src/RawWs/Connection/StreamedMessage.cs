using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>The loop's end of a message that the application reads in parts: a bounded pipe between the two.</summary>
internal sealed class StreamedMessage
{
    private readonly PipeWriter _parts;
    private Task<FlushResult>? _flush;
    private bool _isDropped;

    public StreamedMessage(WebSocketMessageType type, int readAhead, PipeScheduler scheduler)
    {
        Pipe pipe = new(new PipeOptions(
            readerScheduler: scheduler, writerScheduler: scheduler, pauseWriterThreshold: readAhead, resumeWriterThreshold: (readAhead + 1) / 2));
        _parts = pipe.Writer;
        Stream = new(type, pipe.Reader);
    }

    /// <summary>The application's end.</summary>
    public WebSocketMessageStream Stream { get; }

    /// <summary>A message that is whole already; the framework's reader over an empty sequence cannot advance.</summary>
    public static WebSocketMessageStream Over(in Received message)
    {
        PipeReader parts = message.Payload.IsEmpty ? PipeReader.Create(System.IO.Stream.Null) : PipeReader.Create(new ReadOnlySequence<byte>(message.Payload));
        return new(message.Type, parts) { Buffer = message.Owner as MessageBuffer };
    }

    /// <summary>Whether the reader has enough for now.</summary>
    public bool IsFull => _flush is not null;

    /// <summary>Where more can be written, for the next <see cref="Write"/>; <see langword="null"/> when the reader wants no more.</summary>
    public IBufferWriter<byte>? Output => _isDropped ? null : _parts;

    /// <summary>Adds bytes that go with the next <see cref="Write"/>.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => _parts.Write(bytes);

    /// <summary>Adds bytes; false when the reader has enough for now.</summary>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        if (_isDropped)
            return true;
        _parts.Write(bytes);
        ValueTask<FlushResult> flush = _parts.FlushAsync(CancellationToken.None);
        if (flush.IsCompletedSuccessfully)
            Observe(flush.Result);
        else
            _flush = flush.AsTask();
        return !IsFull;
    }

    /// <summary>While <see cref="IsFull"/>, waits until the reader has taken enough, or <see cref="Interrupt"/>.</summary>
    public async ValueTask RoomAsync() => Observe(await _flush!.ConfigureAwait(false));

    public void Interrupt() => _parts.CancelPendingFlush();

    /// <summary>Adds the last bytes; whoever reads them sees that they are the last.</summary>
    public void Complete(ReadOnlySpan<byte> bytes)
    {
        if (!_isDropped)
            _parts.Write(bytes);
        _parts.Complete();
    }

    /// <summary>The message will not be complete: its reader is told, and what still comes of it is dropped.</summary>
    public void Fail(Exception error)
    {
        _isDropped = true;
        _parts.Complete(error);
    }

    private void Observe(FlushResult flush)
    {
        _flush = null;
        _isDropped |= flush.IsCompleted;
    }
}
