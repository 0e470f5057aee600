using System.IO.Pipelines;
using System.Net;

namespace RawWs.Transport;

/// <summary>One end of a connection that lives in memory: two crossed pipes.</summary>
internal sealed class MemoryConnection : ITransportConnection
{
    private MemoryConnection(TimeProvider time, PipeScheduler scheduler)
    {
        Time = time;
        Scheduler = scheduler;
    }

    public PipeReader Input => throw new NotSupportedException();

    public PipeWriter Output => throw new NotSupportedException();

    public EndPoint? LocalEndPoint => null;

    public EndPoint? RemoteEndPoint => null;

    public PipeScheduler Scheduler { get; }

    public TimeProvider Time { get; }

    public long BytesSent => throw new NotSupportedException();

    public static (MemoryConnection Left, MemoryConnection Right) CreatePair(TimeProvider time, PipeScheduler scheduler) =>
        (new MemoryConnection(time, scheduler), new MemoryConnection(time, scheduler));

    public void Abort(string reason) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
