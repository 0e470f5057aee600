using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace RawWs.Transport;

/// <summary>The receiving half of a socket connection: a pipe reader that drives its socket itself, without a loop or a second pipe behind it.</summary>
/// <remarks>While nothing is buffered it waits for the socket without a block. A token that can be cancelled is refused: <see cref="CancelPendingRead"/> ends a read, and so does aborting the connection.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "Complete is the end of a pipe reader; it disposes what this one owns.")]
internal sealed class SocketPipeReader : PipeReader, IValueTaskSource<ReadResult>, IThreadPoolWorkItem
{
    /// <summary>How many receives may follow each other before the thread is left to other connections: it may be the one that serves them all.</summary>
    private const int LongestTurn = 16;

    private readonly SocketConnection _connection;
    private readonly Readiness _readiness;
    private ManualResetValueTaskSourceCore<bool> _isCanceled;
    private ReceiveBuffer _buffer;
    private ReadState _state;

    /// <summary>Whether a receive may find something: not after one that left room in its block, until a wait has ended.</summary>
    private bool _mayHaveMore;
    private bool _isEnd;
    private byte _turn;

    public SocketPipeReader(SocketConnection connection, ArrayPool<byte> pool)
    {
        _connection = connection;
        _buffer = new ReceiveBuffer(pool);
        _readiness = new Readiness(this);
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.CanBeCanceled)
            throw new NotSupportedException("A read is ended by CancelPendingRead or by aborting the connection, not by a token.");
        if (TryReadBuffered(out ReadResult result))
            return new ValueTask<ReadResult>(result);

        _isCanceled.Reset();
        return Drive(isOutside: false, out bool isCanceled)
            ? new ValueTask<ReadResult>(Result(isCanceled))
            : new ValueTask<ReadResult>(this, _isCanceled.Version);
    }

    /// <summary>Gives what is buffered; asks the socket only when the last receive may have left something behind.</summary>
    public override bool TryRead(out ReadResult result)
    {
        if (TryReadBuffered(out result))
            return true;
        if (!_mayHaveMore || !Receive())
            return false;
        result = Result(isCanceled: false);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        RefuseWhileReading();
        _buffer.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead()
    {
        if (_state.TryCancel())
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);       // the reader's code must not run inside the canceller's
    }

    public override void Complete(Exception? exception = null)
    {
        if (!_state.TryComplete(out bool isReading))
            return;
        _readiness.Dispose();
        if (!isReading)
            _buffer.Clear();
    }

    void IThreadPoolWorkItem.Execute() => _isCanceled.SetResult(true);

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        bool isCompleted = _state.EndTaken();
        if (isCompleted)
            _buffer.Clear();            // Complete left it to us: a receive may have been at work in the blocks
        bool isCanceled = _isCanceled.GetResult(token);
        if (isCompleted)
            _connection.ThrowIfAborted();
        return Result(isCanceled);
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _isCanceled.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _isCanceled.OnCompleted(continuation, state, token, flags);

    private ReadResult Result(bool isCanceled) => new(_buffer.Bytes, isCanceled, _isEnd);

    private bool TryReadBuffered(out ReadResult result)
    {
        _connection.ThrowIfAborted();
        if (_state.IsCompleted)
            throw new InvalidOperationException("The reader was completed.");
        RefuseWhileReading();
        bool isCanceled = _state.TryConsumeCancel();
        bool isReady = isCanceled || _buffer.HasUnexamined || _isEnd;
        result = isReady ? Result(isCanceled) : default;
        return isReady;
    }

    /// <summary>Receives, or waits, until the read has its outcome. False: it is pending, and the end of the wait or a canceller completes it.</summary>
    /// <param name="isOutside">Whether this is not within the reader's own call: the read then stays marked as taken until its result is fetched.</param>
    /// <param name="isCanceled">Whether the outcome is a cancellation.</param>
    private bool Drive(bool isOutside, out bool isCanceled)
    {
        isCanceled = false;
        while (!_mayHaveMore || _turn >= LongestTurn || !Receive())
        {
            isCanceled = !_state.TryBegin(out bool mustWait);
            if (isCanceled)
                break;
            if (!mustWait || StartWait() || !(isOutside ? _state.TryTake() : _state.TryResume()))
                return false;
        }

        return true;
    }

    /// <summary>True: <see cref="OnWaited"/> will be called. False: there is no need to wait.</summary>
    private bool StartWait()
    {
        if (_mayHaveMore)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_readiness, preferLocal: false);     // the turn is over: as if a wait ended later
            return true;
        }

        try
        {
            if (_connection.Socket.ReceiveAsync(_readiness))
                return true;
            EndWait();
        }
        catch (ObjectDisposedException)
        {
            _connection.Fail(SocketError.OperationAborted);
            _mayHaveMore = true;        // the receive finds the failure
        }

        return false;
    }

    private void OnWaited()
    {
        EndWait();
        _turn = 0;
        if (!_state.TryTake())
            return;                     // the read was canceled; the next one finds what is there
        try
        {
            if (Drive(isOutside: true, out bool isCanceled))
                _isCanceled.SetResult(isCanceled);
        }
        catch (IOException e)
        {
            _isCanceled.SetException(e);
        }
    }

    private void EndWait()
    {
        if (_readiness.SocketError != SocketError.Success)
            _connection.Fail(_readiness.SocketError);       // the kernel tells it once only
        _mayHaveMore = true;
    }

    /// <summary>One receive. False: there was nothing.</summary>
    private bool Receive()
    {
        _connection.ThrowIfAborted();
        int count = 0;
        SocketError error;
        try
        {
            count = _connection.Socket.Receive(_buffer.GetSpan(), SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
        }

        _mayHaveMore = _buffer.Commit(count);
        _turn++;
        if (count > 0)
            return true;
        if (error == SocketError.WouldBlock && !_connection.HasFailed)
            return false;
        _isEnd = error == SocketError.Success && !_connection.HasFailed;        // after a reset that another call was told of, a receive finds a mere end
        _mayHaveMore = true;                                                    // a further read finds the same failure
        return _isEnd ? true : throw _connection.Fail(error);
    }

    private void RefuseWhileReading()
    {
        if (_state.IsReading)
            throw new InvalidOperationException("A read is still pending.");
    }

    /// <summary>The wait for something to receive: an operation with no buffer.</summary>
    private sealed class Readiness(SocketPipeReader reader) : SocketAsyncEventArgs(unsafeSuppressExecutionContextFlow: true), IThreadPoolWorkItem
    {
        void IThreadPoolWorkItem.Execute() => reader.OnWaited();

        protected override void OnCompleted(SocketAsyncEventArgs e) => reader.OnWaited();
    }
}
