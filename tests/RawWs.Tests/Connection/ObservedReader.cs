using System.IO.Pipelines;

namespace RawWs.Tests.Connection;

/// <summary>A pipe reader that shows whether anybody waits for bytes.</summary>
internal sealed class ObservedReader(PipeReader inner) : PipeReader
{
    private Task<ReadResult>? _read;

    /// <summary>Whether a read is pending.</summary>
    public bool IsWaiting => _read is { IsCompleted: false };

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        Task<ReadResult> read = inner.ReadAsync(cancellationToken).AsTask();
        _read = read;
        return await read.ConfigureAwait(false);
    }

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
