namespace RawWs.Tests.Transport.Streams;

/// <summary>A stream moved by hand: what is given is read, what is written is kept, and every call can be held.</summary>
internal sealed class HandStream : Stream
{
    private readonly Queue<byte> _given = new();
    private readonly List<byte> _written = [];
    private TaskCompletionSource<int>? _read;
    private Memory<byte> _readInto;
    private TaskCompletionSource? _write;
    private Exception? _error;
    private bool _isEnded;

    /// <summary>Whether a read of no bytes waits for some; not every stream knows that.</summary>
    public bool KnowsEmptyReads { get; init; } = true;

    /// <summary>Whether disposing ends the pending calls; not every stream does.</summary>
    public bool EndsCallsWhenDisposed { get; init; } = true;

    public bool IsDisposed { get; private set; }

    public int Flushes { get; private set; }

    /// <summary>How many reads there were at once at the most.</summary>
    public int PendingReads => _read is null ? 0 : 1;

    public List<int> WriteSizes { get; } = [];

    /// <summary>Whether writes wait for <see cref="ReleaseWrite"/>.</summary>
    public bool HoldsWrites { get; set; }

    public byte[] Written
    {
        get
        {
            lock (this)
                return [.. _written];
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void Give(ReadOnlySpan<byte> bytes)
    {
        lock (this)
        {
            foreach (byte value in bytes)
                _given.Enqueue(value);
        }

        Serve();
    }

    public void End()
    {
        _isEnded = true;
        Serve();
    }

    public void Fail(Exception error)
    {
        _error = error;
        Serve();
    }

    public void ReleaseWrite(Exception? error = null)
    {
        TaskCompletionSource write = Interlocked.Exchange(ref _write, null) ?? throw new InvalidOperationException("No write is held.");
        if (error is null)
            write.SetResult();
        else
            write.SetException(error);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_read is not null)
            throw new InvalidOperationException("Two reads at once.");
        if (cancellationToken.CanBeCanceled)
            throw new InvalidOperationException("A token came with a read.");
        if (TryServe(buffer, out int count))
            return new ValueTask<int>(count);
        (_read, _readInto) = (new TaskCompletionSource<int>(), buffer);
        return new ValueTask<int>(_read.Task);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        WriteSizes.Add(buffer.Length);
        lock (this)
            _written.AddRange(buffer.Span);
        if (!HoldsWrites)
            return default;
        _write = new TaskCompletionSource();
        return new ValueTask(_write.Task);
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Flushes++;
        return Task.CompletedTask;
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        if (EndsCallsWhenDisposed)
            Fail(new ObjectDisposedException(nameof(HandStream)));
        base.Dispose(disposing);
    }

    private void Serve()
    {
        TaskCompletionSource<int>? read = _read;
        if (read is null)
            return;
        if (_error is Exception error)
        {
            _read = null;
            read.SetException(error);
        }
        else if (TryServe(_readInto, out int count))
        {
            _read = null;
            read.SetResult(count);
        }
    }

    private bool TryServe(Memory<byte> buffer, out int count)
    {
        count = 0;
        if (_error is Exception error)
            throw error;
        if (buffer.IsEmpty && !KnowsEmptyReads)
            return true;
        lock (this)
        {
            if (_given.Count == 0)
                return _isEnded;
            for (; count < buffer.Length && _given.Count > 0; count++)
                buffer.Span[count] = _given.Dequeue();
            return true;
        }
    }
}
