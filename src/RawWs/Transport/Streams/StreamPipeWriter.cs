using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;

namespace RawWs.Transport.Streams;

/// <summary>The sending half of a connection over a stream: a flush is one write of the stream, and completes when the stream has taken it.</summary>
internal sealed class StreamPipeWriter(IStreamOwner owner, ArrayPool<byte> pool) : SendingPipeWriter(pool)
{
    /// <summary>What leaves in one write, so that a small header travels with the beginning of its payload: one record of TLS (RFC 8446 section 5.1).</summary>
    private const int RecordBytes = 16 * 1024;

    /// <summary>What a large write hands over at once: its progress shows in steps of this.</summary>
    private const int LargestSlice = 4 * RecordBytes;

    private bool _isSending;
    private bool _isEnding;

    protected override bool IsSending => _isSending;

    protected override void ThrowIfAborted() => owner.ThrowIfAborted();

    protected override int Copied(int buffered, int length) => Math.Min(length, (RecordBytes - (buffered % RecordBytes)) % RecordBytes);

    /// <summary>The boundary of a stream that may be anybody's.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a stream throws ends its connection, and only that.")]
    protected override ValueTask<FlushResult> SendAsync(byte[] block, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> rest)
    {
        _isSending = true;
        bool isPending = false;
        try
        {
            while (!head.IsEmpty || !rest.IsEmpty)
            {
                int count = Take(ref head, ref rest, out ReadOnlyMemory<byte> next);
                ValueTask write = WriteAsync(next);
                if (!write.IsCompletedSuccessfully)
                {
                    isPending = true;
                    return SendRestAsync(block, write, count, head, rest);
                }

                write.GetAwaiter().GetResult();
                AddSent(count);
            }

            return new ValueTask<FlushResult>(default(FlushResult));
        }
        catch (Exception e)
        {
            return ValueTask.FromException<FlushResult>(owner.Fail(e));
        }
        finally
        {
            if (!isPending)
                EndSend(block);
        }
    }

    protected override void End()
    {
        lock (this)
        {
            _isEnding = true;
            if (_isSending)
                return;                 // the end of the send sees it
        }

        owner.EndOutput();
    }

    /// <summary>The boundary of a stream that may be anybody's.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a stream throws ends its connection, and only that.")]
    private async ValueTask<FlushResult> SendRestAsync(byte[] block, ValueTask write, int count, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> rest)
    {
        try
        {
            while (true)
            {
                await write.ConfigureAwait(false);
                AddSent(count);
                if (head.IsEmpty && rest.IsEmpty)
                    return default;
                count = Take(ref head, ref rest, out ReadOnlyMemory<byte> next);
                write = WriteAsync(next);
            }
        }
        catch (Exception e)
        {
            throw owner.Fail(e);
        }
        finally
        {
            EndSend(block);
        }
    }

    private static int Take(ref ReadOnlyMemory<byte> head, ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> next)
    {
        ref ReadOnlyMemory<byte> from = ref head;
        if (head.IsEmpty)
            from = ref rest;
        next = from[..Math.Min(from.Length, LargestSlice)];
        from = from[next.Length..];
        return next.Length;
    }

    private ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        ValueTask write = owner.Stream.WriteAsync(bytes, owner.Aborted);
        if (!write.IsCompletedSuccessfully)
            return FlushBehindAsync(write);
        write.GetAwaiter().GetResult();
        return new ValueTask(owner.Stream.FlushAsync(owner.Aborted));
    }

    private async ValueTask FlushBehindAsync(ValueTask write)
    {
        await write.ConfigureAwait(false);
        await owner.Stream.FlushAsync(owner.Aborted).ConfigureAwait(false);
    }

    private void EndSend(byte[] block)
    {
        Return(block);
        lock (this)
        {
            _isSending = false;
            if (!_isEnding)
                return;
        }

        owner.EndOutput();
    }
}
