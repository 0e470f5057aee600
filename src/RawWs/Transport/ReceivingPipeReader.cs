using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace RawWs.Transport;

/// <summary>A pipe reader that drives its source itself, without a loop or a second pipe behind it: it waits, then receives.</summary>
/// <remarks>
/// A token that can be cancelled is refused: <see cref="CancelPendingRead"/> ends a read, and so does aborting the connection.
/// The wait for the source outlives a read that was cancelled, and the next read takes it over.
/// </remarks>
internal abstract class ReceivingPipeReader(ArrayPool<byte> pool) : PipeReader, IValueTaskSource<ReadResult>, IThreadPoolWorkItem
{
    /// <summary>How many receives may follow each other before the thread is left to other connections: it may be the one that serves them all.</summary>
    private const int LongestTurn = 16;

    /// <summary>What has been received.</summary>
    protected ReceiveBuffer Buffer = new(pool);

    private ManualResetValueTaskSourceCore<bool> _isCanceled;
    private ReadState _state;
    private byte _turn;

    /// <summary>Whether a receive may find something: not after one that found all there was, until a wait has ended.</summary>
    protected bool MayHaveMore { get; set; }

    /// <summary>Whether a receive has found the end.</summary>
    protected bool IsEnd { get; set; }

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

    /// <summary>Gives what is buffered; asks the source only when the last receive may have left something behind.</summary>
    public override bool TryRead(out ReadResult result)
    {
        if (TryReadBuffered(out result))
            return true;
        if (_state.IsWaiting || !MayHaveMore || !ReceiveNow())
            return false;
        result = Result(isCanceled: false);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        RefuseWhileReading();
        Buffer.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead()
    {
        if (_state.TryCancel())
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);       // the reader's code must not run inside the canceller's
    }

    public override void Complete(Exception? exception = null)
    {
        if (!_state.TryComplete(out bool isReading, out bool isWaiting))
            return;
        if (!isReading)
            Buffer.Clear();
        if (!isReading && !isWaiting)
            End();
    }

    void IThreadPoolWorkItem.Execute() => _isCanceled.SetResult(true);

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        bool isCompleted = _state.EndTaken(out bool isWaiting);
        if (isCompleted)
            Buffer.Clear();             // Complete left it to us: a receive may have been at work in the blocks
        if (isCompleted && !isWaiting)
            End();
        bool isCanceled = _isCanceled.GetResult(token);
        if (isCompleted || isCanceled)
            ThrowIfAborted();
        return Result(isCanceled);
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _isCanceled.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _isCanceled.OnCompleted(continuation, state, token, flags);

    protected abstract void ThrowIfAborted();

    /// <summary>Waits for something to receive. True: <see cref="OnWaited"/> will be called. False: the wait is over already.</summary>
    protected abstract bool StartWait();

    /// <summary>As if a wait ended a little later, on the thread pool: <see cref="OnWaited"/> will be called.</summary>
    protected abstract void QueueTurn();

    /// <summary>What the end of a wait leaves to note; a read may still be cancelled meanwhile.</summary>
    protected abstract void EndWait();

    /// <summary>One receive, which notes in <see cref="MayHaveMore"/> whether another one may find something. False: there was nothing.</summary>
    protected abstract bool Receive();

    /// <summary>The reader is completed, and neither a read nor a wait is left: called once.</summary>
    protected abstract void End();

    /// <summary>The end of a wait that <see cref="StartWait"/> or <see cref="QueueTurn"/> began.</summary>
    protected void OnWaited()
    {
        EndWait();
        _turn = 0;
        if (!_state.TryTake(out bool isLast))
        {
            if (isLast)
                End();
            return;                     // the read was canceled; the next one finds what is there
        }

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

    private ReadResult Result(bool isCanceled) => new(Buffer.Bytes, isCanceled, IsEnd);

    private bool TryReadBuffered(out ReadResult result)
    {
        ThrowIfAborted();
        if (_state.IsCompleted)
            throw new InvalidOperationException("The reader was completed.");
        RefuseWhileReading();
        bool isCanceled = _state.TryConsumeCancel();
        bool isReady = isCanceled || Buffer.HasUnexamined || IsEnd;
        result = isReady ? Result(isCanceled) : default;
        return isReady;
    }

    /// <summary>Receives, or waits, until the read has its outcome. False: it is pending, and the end of the wait or a canceller completes it.</summary>
    /// <param name="isOutside">Whether this is not within the reader's own call: the read then stays marked as taken until its result is fetched.</param>
    /// <param name="isCanceled">Whether the outcome is a cancellation.</param>
    private bool Drive(bool isOutside, out bool isCanceled)
    {
        isCanceled = false;
        while (_state.IsWaiting || !MayHaveMore || _turn >= LongestTurn || !ReceiveNow())
        {
            isCanceled = !_state.TryBegin(out bool mustWait);
            if (isCanceled)
                break;
            if (!mustWait || Wait() || !(isOutside ? _state.TryTake(out _) : _state.TryResume()))
                return false;
        }

        return true;
    }

    /// <summary>True: <see cref="OnWaited"/> will be called. False: there is no need to wait.</summary>
    private bool Wait()
    {
        if (!MayHaveMore)
        {
            if (StartWait())
                return true;
            EndWait();
            return false;
        }

        QueueTurn();                    // the turn is over
        return true;
    }

    private bool ReceiveNow()
    {
        ThrowIfAborted();
        _turn++;
        return Receive();
    }

    private void RefuseWhileReading()
    {
        if (_state.IsReading)
            throw new InvalidOperationException("A read is still pending.");
    }
}
