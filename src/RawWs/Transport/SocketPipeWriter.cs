using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace RawWs.Transport;

/// <summary>The sending half of a socket connection: a pipe writer whose flush is a send.</summary>
/// <remarks>
/// A flush or write completes when the kernel has all of it. While one is pending, more may be put into the buffer, but not flushed.
/// A token that can be cancelled is refused: bytes that are half sent can only be ended by aborting the connection.
/// </remarks>
internal sealed class SocketPipeWriter(SocketConnection connection, ArrayPool<byte> pool) : PipeWriter
{
    private const int SmallestBlock = 4 * 1024;

    /// <summary>Up to here copying is cheaper than a gathered call.</summary>
    private const int LargestCopy = 2 * 1024;

    /// <summary>What a blocked send hands over at once: its progress shows in steps of this.</summary>
    private const int LargestSlice = 64 * 1024;

    private byte[] _block = [];
    private int _buffered;
    private bool _isSending;
    private long _bytesSent;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _buffered;

    public bool IsCompleted { get; private set; }

    /// <summary>How many bytes the kernel has taken; any thread may ask.</summary>
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
        SendAsync(ReadOnlyMemory<byte>.Empty, cancellationToken);

    /// <summary>Sends what is buffered and <paramref name="source"/> in one call; a large source is not copied.</summary>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (source.Length > LargestCopy)
            return SendAsync(source, cancellationToken);
        source.Span.CopyTo(GetSpan(source.Length));
        Advance(source.Length);
        return SendAsync(ReadOnlyMemory<byte>.Empty, cancellationToken);
    }

    public override void CancelPendingFlush() =>
        throw new NotSupportedException("A send that has begun is ended only by aborting the connection.");

    /// <summary>Tells the peer that no more will come. What was not flushed is dropped.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (IsCompleted)
            return;
        IsCompleted = true;
        Return(Detach());
        connection.ShutdownSend();
    }

    private ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> source, CancellationToken ct)
    {
        if (ct.CanBeCanceled)
            throw new NotSupportedException("A send is ended only by aborting the connection, not by a token.");
        RefuseIfEnded();
        if (_isSending)
            throw new InvalidOperationException("A flush is still pending.");

        ReadOnlyMemory<byte> head = _block.AsMemory(0, _buffered);
        byte[] block = Detach();
        bool isPending = false;
        try
        {
            long sent = Send(head, source);
            isPending = sent < (long)head.Length + source.Length;
            return isPending ? SendRestAsync(block, head, source, sent) : new ValueTask<FlushResult>(default(FlushResult));
        }
        catch (IOException e)
        {
            return ValueTask.FromException<FlushResult>(e);
        }
        finally
        {
            if (!isPending)
                Return(block);
        }
    }

    private async ValueTask<FlushResult> SendRestAsync(byte[] block, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> source, long sent)
    {
        _isSending = true;
        try
        {
            while (true)
            {
                SkipSent(ref head, ref source, sent);
                ReadOnlyMemory<byte> slice = head.IsEmpty ? source : head;
                slice = slice[..Math.Min(slice.Length, LargestSlice)];
                sent = await connection.Socket.SendAsync(slice, SocketFlags.None).ConfigureAwait(false);
                AddSent(sent);
                SkipSent(ref head, ref source, sent);
                if (head.IsEmpty && source.IsEmpty)
                    return default;
                sent = Send(head, source);          // all that there is room for now, in one call
                if (sent == (long)head.Length + source.Length)
                    return default;
            }
        }
        catch (SocketException e)
        {
            throw connection.Fail(e.SocketErrorCode);
        }
        catch (ObjectDisposedException)
        {
            throw connection.Fail(SocketError.OperationAborted);
        }
        finally
        {
            _isSending = false;
            Return(block);
        }
    }

    /// <summary>Does not wait; gives how much of the two the kernel took.</summary>
    private long Send(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> source)
    {
        long sent = SocketSend.Now(connection.Socket, head, source, out SocketError error);
        AddSent(sent);
        return error is SocketError.Success or SocketError.WouldBlock ? sent : throw connection.Fail(error);
    }

    private void AddSent(long count) => Volatile.Write(ref _bytesSent, _bytesSent + count);

    private static void SkipSent(ref ReadOnlyMemory<byte> head, ref ReadOnlyMemory<byte> source, long sent)
    {
        int ofHead = (int)Math.Min(sent, head.Length);
        head = head[ofHead..];
        source = source[(int)(sent - ofHead)..];
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
        connection.ThrowIfAborted();
        if (IsCompleted)
            throw new InvalidOperationException("The writer was completed.");
    }

    private byte[] Detach()
    {
        byte[] block = _block;
        _block = [];
        _buffered = 0;
        return block;
    }

    private void Return(byte[] block)
    {
        if (block.Length > 0)
            pool.Return(block);
    }
}
