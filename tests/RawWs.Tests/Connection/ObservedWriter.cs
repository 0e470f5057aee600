using System.IO.Pipelines;

namespace RawWs.Tests.Connection;

/// <summary>A pipe writer that shows what is done with it, and that can hold flushes back or break as a socket's does.</summary>
internal sealed class ObservedWriter(PipeWriter inner, PipeScheduler loop) : PipeWriter
{
    private TaskCompletionSource? _held;

    /// <summary>How many calls gave bytes to the transport.</summary>
    public int Flushes { get; private set; }

    /// <summary>Payloads that were written beside the buffer, without a copy into it.</summary>
    public List<ReadOnlyMemory<byte>> Direct { get; } = [];

    /// <summary>Whether calls throw at once, as those of an aborted socket's writer do.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Whether only flushes throw: the socket was aborted after the frame had been written into the buffer.</summary>
    public bool IsFlushBroken { get; set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => inner.UnflushedBytes;

    /// <summary>From here on no flush ends.</summary>
    public void Hold() => _held = new();

    /// <summary>Flushes go on; those that wait do so on the loop.</summary>
    public void Release()
    {
        TaskCompletionSource? held = _held;
        _held = null;
        if (held is not null)
            loop.Schedule(static state => ((TaskCompletionSource)state!).TrySetResult(), held);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ThrowIf(IsBroken);
        return inner.GetMemory(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        ThrowIf(IsBroken);
        return inner.GetSpan(sizeHint);
    }

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        ThrowIf(IsBroken || IsFlushBroken);
        Flushes++;
        return _held is { } held ? After(held.Task, inner.FlushAsync) : inner.FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        ThrowIf(IsBroken || IsFlushBroken);
        Flushes++;
        Direct.Add(source);
        return _held is { } held ? After(held.Task, _ => inner.WriteAsync(source, CancellationToken.None)) : inner.WriteAsync(source, cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private static async ValueTask<FlushResult> After(Task released, Func<CancellationToken, ValueTask<FlushResult>> flush)
    {
        await released;
        return await flush(CancellationToken.None);
    }

    private static void ThrowIf(bool isBroken)
    {
        if (isBroken)
            throw new IOException("The socket is gone.");
    }
}
