using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;

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
    public static WebSocketMessageStream Over(ReadOnlyMemory<byte> payload, WebSocketMessageType type) =>
        new(type, payload.IsEmpty ? PipeReader.Create(System.IO.Stream.Null) : PipeReader.Create(new ReadOnlySequence<byte>(payload)));

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
        return _flush is null;
    }

    /// <summary>Waits for the reader after <see cref="Write"/> gave false.</summary>
    public async ValueTask RoomAsync()
    {
        if (_flush is not null)
            Observe(await _flush.ConfigureAwait(false));
    }

    public void Interrupt() => _parts.CancelPendingFlush();

    public void Complete() => _parts.Complete();

    public void Fail(Exception error) => _parts.Complete(error);

    private void Observe(FlushResult flush)
    {
        _flush = null;
        _isDropped = flush.IsCompleted;
    }
}
