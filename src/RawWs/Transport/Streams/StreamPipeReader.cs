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

    /// <summary>What a call on the stream threw; it may not throw it again.</summary>
    private IOException? _error;

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
        if (_stage == Stage.None)
            Read(Stage.Waits, Memory<byte>.Empty);
        if (_error is not null || _read.IsCompleted)
            return false;
        _read.UnsafeOnCompleted(_waker.Wake);
        return true;
    }

    protected override void QueueTurn() => ThreadPool.UnsafeQueueUserWorkItem(_waker, preferLocal: false);

    protected override void EndWait()
    {
        if (_stage == Stage.Waits)
            EndRead();
        MayHaveMore = true;
    }

    protected override bool Receive()
    {
        if (_stage == Stage.None && _error is null)
            Read(Stage.Receives, Buffer.GetMemory());
        MayHaveMore = _error is not null || _read.IsCompleted;
        if (!MayHaveMore)
            return false;
        int count = _error is null ? EndRead() : 0;
        Buffer.Commit(count);
        if (_error is not null)
            throw _owner.Fail(_error);
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
            EndRead();
        Buffer.Commit(0);
        _owner.EndInput();
    }

    /// <summary>The boundary of a stream that may be anybody's.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a stream throws ends its connection, and only that.")]
    [SuppressMessage("Reliability", "CA2012", Justification = "What is kept is the awaiter, whose result is fetched once.")]
    private void Read(Stage stage, Memory<byte> block)
    {
        try
        {
            _read = _owner.Stream.ReadAsync(block, CancellationToken.None).ConfigureAwait(false).GetAwaiter();
            _stage = stage;
        }
        catch (Exception e)
        {
            _error = _owner.Fail(e);
        }
    }

    /// <summary>The boundary of a stream that may be anybody's.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a stream throws ends its connection, and only that.")]
    private int EndRead()
    {
        try
        {
            return _read.GetResult();
        }
        catch (Exception e)
        {
            _error = _owner.Fail(e);
            return 0;
        }
        finally
        {
            _read = default;
            _stage = Stage.None;
        }
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
