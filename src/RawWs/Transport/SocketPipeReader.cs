using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace RawWs.Transport;

/// <summary>The receiving half of a socket connection. While nothing is buffered it waits for the socket without a block.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Complete is the end of a pipe reader; it disposes what this one owns.")]
internal sealed class SocketPipeReader : ReceivingPipeReader
{
    private readonly SocketConnection _connection;
    private readonly Readiness _readiness;

    public SocketPipeReader(SocketConnection connection, ArrayPool<byte> pool)
        : base(pool)
    {
        _connection = connection;
        _readiness = new Readiness(this);
    }

    protected override void ThrowIfAborted() => _connection.ThrowIfAborted();

    protected override bool StartWait()
    {
        try
        {
            return _connection.Socket.ReceiveAsync(_readiness);
        }
        catch (ObjectDisposedException)
        {
            _connection.Fail(SocketError.OperationAborted);
            return false;               // the receive finds the failure
        }
    }

    protected override void QueueTurn() => ThreadPool.UnsafeQueueUserWorkItem(_readiness, preferLocal: false);

    protected override void EndWait()
    {
        if (_readiness.SocketError != SocketError.Success)
            _connection.Fail(_readiness.SocketError);       // the kernel tells it once only
        MayHaveMore = true;
    }

    protected override bool Receive()
    {
        int count = 0;
        SocketError error;
        try
        {
            count = _connection.Socket.Receive(Buffer.GetSpan(), SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
        }

        MayHaveMore = Buffer.Commit(count);
        if (count > 0)
            return true;
        if (error == SocketError.WouldBlock && !_connection.HasFailed)
            return false;
        IsEnd = error == SocketError.Success && !_connection.HasFailed;         // after a reset that another call was told of, a receive finds a mere end
        MayHaveMore = true;                                                     // a further read finds the same failure
        return IsEnd ? true : throw _connection.Fail(error);
    }

    protected override void End() => _readiness.Dispose();

    /// <summary>The wait for something to receive: an operation with no buffer.</summary>
    private sealed class Readiness(SocketPipeReader reader) : SocketAsyncEventArgs(unsafeSuppressExecutionContextFlow: true), IThreadPoolWorkItem
    {
        void IThreadPoolWorkItem.Execute() => reader.OnWaited();

        protected override void OnCompleted(SocketAsyncEventArgs e) => reader.OnWaited();
    }
}
