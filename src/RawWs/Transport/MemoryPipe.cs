using System.Buffers;
using System.IO.Pipelines;

namespace RawWs.Transport;

/// <summary>One direction of a connection in memory: a pipe whose ends can be broken, with a socket's idea of what is sent.</summary>
internal sealed class MemoryPipe
{
    /// <summary>What a socket's buffers would hold: a flush waits while more than this is unread.</summary>
    private const int Window = 64 * 1024;

    private readonly Pipe _pipe;
    private string? _readerReason;
    private string? _writerReason;
    private long _flushed;
    private long _examined;

    public MemoryPipe(PipeScheduler scheduler)
    {
        _pipe = new Pipe(new PipeOptions(readerScheduler: scheduler, writerScheduler: scheduler, pauseWriterThreshold: Window, resumeWriterThreshold: Window / 2, useSynchronizationContext: false));
        Reader = new ReadEnd(this);
        Writer = new WriteEnd(this);
    }

    public PipeReader Reader { get; }

    public PipeWriter Writer { get; }

    public long BytesTaken => Math.Min(Volatile.Read(ref _flushed), Volatile.Read(ref _examined) + Window);

    /// <summary>Ends the reader's calls, pending and later ones; the first reason wins.</summary>
    public void BreakReader(string reason)
    {
        if (Interlocked.CompareExchange(ref _readerReason, reason, null) is null)
            _pipe.Reader.CancelPendingRead();
    }

    /// <summary>Ends the writer's calls, pending and later ones; the first reason wins.</summary>
    public void BreakWriter(string reason)
    {
        if (Interlocked.CompareExchange(ref _writerReason, reason, null) is null)
            _pipe.Writer.CancelPendingFlush();
    }

    private static void ThrowIfBroken(ref string? reason)
    {
        if (Volatile.Read(ref reason) is string broken)
            throw new IOException(broken);
    }

    private static void Refuse(CancellationToken ct)
    {
        if (ct.CanBeCanceled)
            throw new NotSupportedException("A pending call is ended by aborting the connection, not by a token.");
    }

    private sealed class ReadEnd(MemoryPipe owner) : PipeReader
    {
        private readonly PipeReader _inner = owner._pipe.Reader;
        private ReadOnlySequence<byte> _last;
        private long _consumed;

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            Refuse(cancellationToken);
            ThrowIfBroken(ref owner._readerReason);
            ReadResult result = await _inner.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            ThrowIfBroken(ref owner._readerReason);
            _last = result.Buffer;
            return result;
        }

        public override bool TryRead(out ReadResult result)
        {
            ThrowIfBroken(ref owner._readerReason);
            bool isRead = _inner.TryRead(out result);
            _last = result.Buffer;
            return isRead;
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            if (!_last.IsEmpty)
            {
                // a socket's reader takes what it looks at out of the kernel
                Volatile.Write(ref owner._examined, Math.Max(owner._examined, _consumed + _last.Slice(0, examined).Length));
                _consumed += _last.Slice(0, consumed).Length;
            }

            _last = default;
            _inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => _inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => _inner.Complete();
    }

    private sealed class WriteEnd(MemoryPipe owner) : PipeWriter
    {
        private readonly PipeWriter _inner = owner._pipe.Writer;

        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => _inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0)
        {
            ThrowIfBroken(ref owner._writerReason);
            return _inner.GetMemory(sizeHint);
        }

        public override Span<byte> GetSpan(int sizeHint = 0)
        {
            ThrowIfBroken(ref owner._writerReason);
            return _inner.GetSpan(sizeHint);
        }

        public override void Advance(int bytes) => _inner.Advance(bytes);

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Refuse(cancellationToken);
            ThrowIfBroken(ref owner._writerReason);
            Volatile.Write(ref owner._flushed, owner._flushed + _inner.UnflushedBytes);
            FlushResult result = await _inner.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            ThrowIfBroken(ref owner._writerReason);
            return result.IsCompleted ? throw new IOException(MemoryConnection.ResetByPeer) : default;
        }

        public override void CancelPendingFlush() =>
            throw new NotSupportedException("A send that has begun is ended only by aborting the connection.");

        public override void Complete(Exception? exception = null) => _inner.Complete();
    }
}
