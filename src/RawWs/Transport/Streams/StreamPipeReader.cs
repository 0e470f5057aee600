using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace RawWs.Transport.Streams;

/// <summary>The receiving half of a connection over a stream. It waits by a read of no bytes, and so holds no block while idle where the stream knows such reads.</summary>
/// <remarks>A read of the stream is never cancelled: it outlives a read of this pipe that was, and the next one takes it over.</remarks>
internal sealed class StreamPipeReader : ReceivingPipeReader
{
    private readonly IStreamOwner _owner;
    private readonly Waker _waker;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _read;
    private Stage _stage;

    public StreamPipeReader(IStreamOwner owner, ArrayPool<byte> pool)
        : base(pool)
    {
        _owner = owner;
        _waker = new Waker(this);
    }

    /// <summary>What the stream was asked for and has not been heard of yet.</summary>
    private enum Stage : byte
    {
        None,

        /// <summary>To say when there is something.</summary>
        Waits,

        /// <summary>Bytes, for a block that is out.</summary>
        Receives,
    }

    protected override void ThrowIfAborted() => _owner.ThrowIfAborted();

    protected override bool StartWait()
    {
        if (_stage == Stage.None && !TryRead(Stage.Waits, Memory<byte>.Empty, out _))
            return false;               // the receive finds the failure
        if (_read.IsCompleted)
            return false;
        _read.UnsafeOnCompleted(_waker.Wake);
        return true;
    }

    protected override void QueueTurn() => ThreadPool.UnsafeQueueUserWorkItem(_waker, preferLocal: false);

    protected override void EndWait()
    {
        if (_stage == Stage.Waits)
            TryEndRead(out _, out _);   // a receive finds the same failure
        MayHaveMore = true;
    }

    protected override bool Receive()
    {
        IOException? error = null;
        int count = 0;
        if (_stage == Stage.Receives || TryRead(Stage.Receives, Buffer.GetMemory(), out error))
        {
            MayHaveMore = _read.IsCompleted;
            if (!MayHaveMore)
                return false;
            TryEndRead(out count, out error);
        }

        Buffer.Commit(count);
        if (error is not null)
            throw error;
        IsEnd = count == 0;
        MayHaveMore = IsEnd;            // whether there is more is known only by waiting for it
        return true;
    }

    /// <summary>Nobody asks for what is still being received: its block goes back when the stream is done with it.</summary>
    protected override void End()
    {
        if (_stage == Stage.Receives && !_read.IsCompleted)
        {
            _read.UnsafeOnCompleted(End);
            return;
        }

        if (_stage == Stage.Receives)
            TryEndRead(out _, out _);
        Buffer.Commit(0);
        _owner.EndInput();
    }

    /// <summary>The boundary of a stream that may be anybody's.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a stream throws ends its connection, and only that.")]
    [SuppressMessage("Reliability", "CA2012", Justification = "What is kept is the awaiter, whose result is fetched once.")]
    private bool TryRead(Stage stage, Memory<byte> block, out IOException? error)
    {
        error = null;
        try
        {
            _read = _owner.Stream.ReadAsync(block, CancellationToken.None).ConfigureAwait(false).GetAwaiter();
            _stage = stage;
            return true;
        }
        catch (Exception e)
        {
            error = _owner.Fail(e);
            return false;
        }
    }

    /// <summary>The boundary of a stream that may be anybody's.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a stream throws ends its connection, and only that.")]
    private void TryEndRead(out int count, out IOException? error)
    {
        count = 0;
        error = null;
        try
        {
            count = _read.GetResult();
        }
        catch (Exception e)
        {
            error = _owner.Fail(e);
        }

        _read = default;
        _stage = Stage.None;
    }

    /// <summary>What the stream calls, and the thread pool, when a wait is over.</summary>
    private sealed class Waker : IThreadPoolWorkItem
    {
        private readonly StreamPipeReader _reader;

        public Waker(StreamPipeReader reader)
        {
            _reader = reader;
            Wake = Execute;
        }

        public Action Wake { get; }

        public void Execute() => _reader.OnWaited();
    }
}
