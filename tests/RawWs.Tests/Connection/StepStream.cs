namespace RawWs.Tests.Connection;

/// <summary>A stream of which each read is a step of a test.</summary>
internal sealed class StepStream(params Func<byte[]>[] reads) : Stream
{
    private int _next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static StepStream Of(params byte[][] parts) => new([.. parts.Select(static part => (Func<byte[]>)(() => part))]);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        byte[] read = _next < reads.Length ? reads[_next++]() : [];
        read.CopyTo(buffer);
        return new(read.Length);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
