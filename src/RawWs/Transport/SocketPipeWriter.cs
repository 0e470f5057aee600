using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace RawWs.Transport;

/// <summary>The sending half of a socket connection: a flush completes when the kernel has all of it.</summary>
internal sealed class SocketPipeWriter(SocketConnection connection, ArrayPool<byte> pool) : SendingPipeWriter(pool)
{
    /// <summary>Up to here copying is cheaper than a gathered call.</summary>
    private const int LargestCopy = 2 * 1024;

    /// <summary>What a blocked send hands over at once: its progress shows in steps of this.</summary>
    private const int LargestSlice = 64 * 1024;

    private bool _isSending;

    protected override bool IsSending => _isSending;

    protected override void ThrowIfAborted() => connection.ThrowIfAborted();

    protected override int Copied(int buffered, int length) => length <= LargestCopy ? length : 0;

    protected override ValueTask<FlushResult> SendAsync(byte[] block, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> rest)
    {
        bool isPending = false;
        try
        {
            long sent = Send(head, rest);
            isPending = sent < (long)head.Length + rest.Length;
            return isPending ? SendRestAsync(block, head, rest, sent) : new ValueTask<FlushResult>(default(FlushResult));
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

    protected override void End() => connection.ShutdownSend();

    private async ValueTask<FlushResult> SendRestAsync(byte[] block, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> rest, long sent)
    {
        _isSending = true;
        try
        {
            while (true)
            {
                SkipSent(ref head, ref rest, sent);
                ReadOnlyMemory<byte> slice = head.IsEmpty ? rest : head;
                slice = slice[..Math.Min(slice.Length, LargestSlice)];
                sent = await connection.Socket.SendAsync(slice, SocketFlags.None).ConfigureAwait(false);
                AddSent(sent);
                SkipSent(ref head, ref rest, sent);
                if (head.IsEmpty && rest.IsEmpty)
                    return default;
                sent = Send(head, rest);            // all that there is room for now, in one call
                if (sent == (long)head.Length + rest.Length)
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
    private long Send(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> rest)
    {
        long sent = SocketSend.Now(connection.Socket, head, rest, out SocketError error);
        AddSent(sent);
        return error is SocketError.Success or SocketError.WouldBlock ? sent : throw connection.Fail(error);
    }

    private static void SkipSent(ref ReadOnlyMemory<byte> head, ref ReadOnlyMemory<byte> rest, long sent)
    {
        int ofHead = (int)Math.Min(sent, head.Length);
        head = head[ofHead..];
        rest = rest[(int)(sent - ofHead)..];
    }
}
