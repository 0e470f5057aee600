using System.IO.Pipelines;
using System.Net;
using RawWs.Transport;

namespace RawWs.Tests.Connection;

/// <summary>An end of a connection in memory that shows what is done with it.</summary>
internal sealed class ObservedTransport(MemoryConnection inner) : ITransportConnection
{
    private int _disposals;

    public ObservedReader Reader { get; } = new(inner.Input);

    public ObservedWriter Writer { get; } = new(inner.Output, inner.Scheduler);

    /// <summary>Why it was aborted; null when it was not.</summary>
    public string? AbortReason { get; private set; }

    /// <summary>How often it was ended for good.</summary>
    public int Disposals => Volatile.Read(ref _disposals);

    public PipeReader Input => Reader;

    public PipeWriter Output => Writer;

    public EndPoint? LocalEndPoint => null;

    public EndPoint? RemoteEndPoint => null;

    public PipeScheduler Scheduler => inner.Scheduler;

    public TimeProvider Time => inner.Time;

    public long BytesSent => inner.BytesSent;

    public void Abort(string reason)
    {
        AbortReason ??= reason;
        inner.Abort(reason);
        Writer.Release();
    }

    public ValueTask DisposeAsync()
    {
        Interlocked.Increment(ref _disposals);
        return inner.DisposeAsync();
    }
}
