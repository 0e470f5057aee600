using System.Buffers;
using System.IO.Pipelines;

namespace RawWs.Transport;

/// <summary>A pipe writer whose flush is a send, without a loop or a second pipe behind it.</summary>
/// <remarks>
/// A flush or write completes when the next hop has all of it. While one is pending, more may be put into the buffer, but not flushed.
/// A token that can be cancelled is refused: bytes that are half sent can only be ended by aborting the connection.
/// </remarks>
internal abstract class SendingPipeWriter(ArrayPool<byte> pool) : PipeWriter
{
    private const int SmallestBlock = 4 * 1024;

    private byte[] _block = [];
    private int _buffered;
    private long _bytesSent;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _buffered;

    public bool IsCompleted { get; private set; }

    /// <summary>How many bytes the next hop has taken; any thread may ask.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _block.AsMemory(_buffered);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _block.AsSpan(_buffered);
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_block.Length - _buffered), nameof(bytes));
        _buffered += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        WriteAsync(ReadOnlyMemory<byte>.Empty, cancellationToken);

    /// <summary>Sends what is buffered and <paramref name="source"/>; a large source is not copied.</summary>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.CanBeCanceled)
            throw new NotSupportedException("A send is ended only by aborting the connection, not by a token.");
        RefuseIfEnded();
        if (IsSending)
            throw new InvalidOperationException("A flush is still pending.");

        int copied = _buffered == 0 ? 0 : Copied(_buffered, source.Length);
        if (copied > 0)
        {
            source.Span[..copied].CopyTo(GetSpan(copied));
            Advance(copied);
        }

        ReadOnlyMemory<byte> head = _block.AsMemory(0, _buffered);
        byte[] block = _block;
        _block = [];
        _buffered = 0;
        return SendAsync(block, head, source[copied..]);
    }

    public override void CancelPendingFlush() =>
        throw new NotSupportedException("A send that has begun is ended only by aborting the connection.");

    /// <summary>No more will come. What was not flushed is dropped.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (IsCompleted)
            return;
        IsCompleted = true;
        Return(_block);
        _block = [];
        _buffered = 0;
        End();
    }

    protected abstract bool IsSending { get; }

    protected abstract void ThrowIfAborted();

    /// <summary>How much of a source is better copied behind the bytes that are buffered than sent for itself.</summary>
    protected abstract int Copied(int buffered, int length);

    /// <summary>Sends the two, one of which may be empty, and returns the block, which the first lies in.</summary>
    protected abstract ValueTask<FlushResult> SendAsync(byte[] block, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> rest);

    /// <summary>Tells the next hop that no more will come, behind what is still being sent.</summary>
    protected abstract void End();

    protected void AddSent(long count) => Volatile.Write(ref _bytesSent, _bytesSent + count);

    protected void Return(byte[] block)
    {
        if (block.Length > 0)
            pool.Return(block);
    }

    private void Reserve(int sizeHint)
    {
        RefuseIfEnded();
        int needed = _buffered + Math.Max(sizeHint, 1);
        if (needed <= _block.Length)
            return;
        byte[] larger = pool.Rent(Math.Max(needed, Math.Max(SmallestBlock, _block.Length * 2)));
        _block.AsSpan(0, _buffered).CopyTo(larger);
        Return(_block);
        _block = larger;
    }

    private void RefuseIfEnded()
    {
        ThrowIfAborted();
        if (IsCompleted)
            throw new InvalidOperationException("The writer was completed.");
    }
}
