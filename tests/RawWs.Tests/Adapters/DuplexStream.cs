using System.Buffers;
using System.IO.Pipelines;

namespace RawWs.Tests.Adapters;

/// <summary>One end of a connection in memory, as a stream such as the framework's own WebSocket wants.</summary>
internal sealed class DuplexStream : Stream
{
    private readonly PipeReader _input;
    private readonly Stream _output;
    private bool _isDisposed;

    private DuplexStream(Pipe incoming, Pipe outgoing) => (_input, _output) = (incoming.Reader, outgoing.Writer.AsStream());

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static (DuplexStream Left, DuplexStream Right) CreatePair()
    {
        (Pipe one, Pipe other) = (new(), new());
        return (new(one, other), new(other, one));
    }

    /// <summary>Ends the direction from here.</summary>
    public void EndOutput() => _output.Dispose();

    /// <summary>As over a socket: disposing ends a pending read.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ReadResult read = await _input.ReadAsync(cancellationToken);
        int count = (int)Math.Min(read.Buffer.Length, buffer.Length);
        read.Buffer.Slice(0, count).CopyTo(buffer.Span);
        _input.AdvanceTo(read.Buffer.GetPosition(count));
        return read.IsCanceled ? throw new IOException("The stream was disposed.") : count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _output.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _isDisposed = true;
            _input.CancelPendingRead();
            _output.Dispose();
        }
        base.Dispose(disposing);
    }
}
