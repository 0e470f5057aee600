using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace RawWs.Transport.Streams;

/// <summary>A connection's pipes as the stream that <see cref="System.Net.Security.SslStream"/> wants: it reads and writes as they do, and adds no buffer.</summary>
/// <remarks>
/// One read at a time, which is its own value-task source: every idle connection waits in one, and every message comes through one.
/// A read of no bytes completes when there are some, or when the end is reached. Tokens are not passed on: a call is ended by aborting the connection.
/// Disposing does nothing: the connection belongs to whoever made this.
/// </remarks>
[SuppressMessage("Reliability", "CA2012", Justification = "The pending read is kept here, and its result is fetched once.")]
internal sealed class TransportStream : Stream, IValueTaskSource<int>
{
    private readonly ITransportConnection _inner;
    private readonly SemaphoreSlim _writeTurn = new(1, 1);
    private readonly Action _onRead;
    private ValueTask<ReadResult> _read;
    private Memory<byte> _readInto;
    private Action<object?>? _continuation;
    private object? _continuationState;
    private short _reads;

    public TransportStream(ITransportConnection inner)
    {
        _inner = inner;
        _onRead = OnRead;
    }

    /// <summary>What the calls' continuations are handed to, whatever thread the connection completes them on; null: they go on there.</summary>
    public PipeScheduler? CompletesOn { get; set; }

    /// <summary>Whether the peer's end was read.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The first byte that was read; null before.</summary>
    public byte? FirstByte { get; private set; }

    /// <summary>The first failure of the connection beneath.</summary>
    public IOException? Failure { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> read = ReadNow();
        if (read.IsCompletedSuccessfully)
            return new ValueTask<int>(Take(read.Result, buffer));
        (_read, _readInto) = (read, buffer);
        return new ValueTask<int>(this, ++_reads);
    }

    /// <summary>Two at once take turns: a read of TLS may have to answer, while a write is under way.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_writeTurn.Wait(0, CancellationToken.None))
            return new ValueTask(WriteInTurnAsync(buffer));
        ValueTask<FlushResult> write = WriteNow(buffer);
        if (!write.IsCompletedSuccessfully)
            return new ValueTask(CompletesOn is { } scheduler ? GoOnAsync(WritePendingAsync(write), scheduler) : WritePendingAsync(write));
        write.GetAwaiter().GetResult();
        _writeTurn.Release();
        return default;
    }

    /// <summary>For the alert that refuses a certificate: it goes out where there is room, and nobody waits for it.</summary>
    public override void Write(ReadOnlySpan<byte> buffer) => _ = ForgetAsync(WriteAsync(buffer.ToArray(), CancellationToken.None));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // every write is one
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A thread never waits for the network here: use ReadAsync.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token)
    {
        RefuseIfPast(token);
        (ValueTask<ReadResult> read, Memory<byte> buffer) = (_read, _readInto);
        (_read, _readInto) = (default, default);
        try
        {
            return Take(read.GetAwaiter().GetResult(), buffer);
        }
        catch (IOException e)
        {
            Failure ??= e;
            throw;
        }
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token)
    {
        RefuseIfPast(token);
        if (!_read.IsCompleted)
            return ValueTaskSourceStatus.Pending;
        return _read.IsCompletedSuccessfully ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Faulted;
    }

    /// <summary>Neither a context nor a scheduler is asked for: what awaits a read is the framework's own code.</summary>
    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        RefuseIfPast(token);
        (_continuation, _continuationState) = (continuation, state);
        _read.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_onRead);
    }

    /// <summary>Completes when a scheduler has come to it, where that runs its work.</summary>
    public static Task TurnOf(PipeScheduler scheduler)
    {
        TaskCompletionSource turn = new();
        scheduler.Schedule(static turn => ((TaskCompletionSource)turn!).SetResult(), turn);
        return turn.Task;
    }

    private static async Task GoOnAsync(Task call, PipeScheduler scheduler)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await TurnOf(scheduler).ConfigureAwait(false);
        await call.ConfigureAwait(false);
    }

    private static async Task ForgetAsync(ValueTask write)
    {
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (IOException)
        {
            // the connection is over as it is
        }
    }

    private void RefuseIfPast(short token)
    {
        if (token != _reads)
            throw new InvalidOperationException("The read is over already.");
    }

    private int Take(in ReadResult result, Memory<byte> buffer)
    {
        ReadOnlySequence<byte> bytes = result.Buffer;
        int count = (int)Math.Min(bytes.Length, buffer.Length);
        SequencePosition end = bytes.GetPosition(count);
        bytes.Slice(0, end).CopyTo(buffer.Span);
        IsEnded |= bytes.IsEmpty && result.IsCompleted;
        if (count > 0)
            FirstByte ??= buffer.Span[0];
        _inner.Input.AdvanceTo(end, end);
        return count;
    }

    private void OnRead()
    {
        Action<object?> continuation = _continuation!;
        object? state = _continuationState;
        (_continuation, _continuationState) = (null, null);
        if (CompletesOn is { } scheduler)
            scheduler.Schedule(continuation, state);
        else
            continuation(state);
    }

    private ValueTask<ReadResult> ReadNow()
    {
        try
        {
            return _inner.Input.ReadAsync(CancellationToken.None);
        }
        catch (IOException e)
        {
            return ValueTask.FromException<ReadResult>(e);
        }
    }

    private ValueTask<FlushResult> WriteNow(ReadOnlyMemory<byte> buffer)
    {
        try
        {
            return _inner.Output.WriteAsync(buffer, CancellationToken.None);
        }
        catch (IOException e)
        {
            return ValueTask.FromException<FlushResult>(e);
        }
    }

    private async Task WritePendingAsync(ValueTask<FlushResult> write)
    {
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (IOException e)
        {
            Failure ??= e;
            throw;
        }
        finally
        {
            _writeTurn.Release();
        }
    }

    private async Task WriteInTurnAsync(ReadOnlyMemory<byte> buffer)
    {
        await _writeTurn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        await WritePendingAsync(WriteNow(buffer)).ConfigureAwait(false);
    }
}
