using System.IO.Pipelines;
using System.Net.WebSockets;
using RawWs.Protocol.Framing;

namespace RawWs;

/// <summary>One received message, read in parts as it arrives, however large it is, in a fixed amount of memory.</summary>
/// <remarks>
/// One reader at a time. The next receive on the connection ends the stream and drops what was not read. A read fails with
/// <see cref="WebSocketClosedException"/> when the connection ends before the message does.
/// </remarks>
public sealed class WebSocketMessageStream : Stream
{
    private readonly Stream _parts;

    internal WebSocketMessageStream(WebSocketMessageType type, PipeReader parts)
    {
        Type = type;
        Reader = parts;
        _parts = parts.AsStream();
    }

    /// <summary>Text or binary.</summary>
    public WebSocketMessageType Type { get; }

    /// <summary>The same message as a pipe, for readers that avoid copies. Use this or the stream, not both.</summary>
    public PipeReader Reader { get; }

    /// <summary>The memory that the message lies in, when it was whole already and does not lie in the pipe.</summary>
    internal MessageBuffer? Buffer { get; init; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException("A message's length is known at its end only: count what you read.");

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException("A message is read once, from its start: count what you read.");
        set => throw new NotSupportedException("A message is read once, from its start.");
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => _parts.Read(buffer, offset, count);

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _parts.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _parts.ReadAsync(buffer, offset, count, cancellationToken);

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A message is read once, from its start.");

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException("A received message cannot be changed.");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A received message cannot be changed.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _parts.Dispose();
        base.Dispose(disposing);
    }
}
