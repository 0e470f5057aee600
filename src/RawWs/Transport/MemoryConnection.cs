using System.IO.Pipelines;
using System.Net;

namespace RawWs.Transport;

/// <summary>One end of a connection that lives in memory: two crossed pipes that break like sockets.</summary>
internal sealed class MemoryConnection : ITransportConnection
{
    /// <summary>What a call says when the peer is gone.</summary>
    public const string ResetByPeer = "The peer reset the connection.";

    private const string Closed = "The connection is closed.";

    private readonly MemoryPipe _incoming;
    private readonly MemoryPipe _outgoing;

    private MemoryConnection(TimeProvider time, PipeScheduler scheduler, MemoryPipe incoming, MemoryPipe outgoing)
    {
        Time = time;
        Scheduler = scheduler;
        _incoming = incoming;
        _outgoing = outgoing;
    }

    public PipeReader Input => _incoming.Reader;

    public PipeWriter Output => _outgoing.Writer;

    public EndPoint? LocalEndPoint => null;

    public EndPoint? RemoteEndPoint => null;

    public PipeScheduler Scheduler { get; }

    public TimeProvider Time { get; }

    /// <summary>What the peer has looked at, and as much beyond it as a socket's buffers would hold.</summary>
    public long BytesSent => _outgoing.BytesTaken;

    public static (MemoryConnection Left, MemoryConnection Right) CreatePair(TimeProvider time, PipeScheduler scheduler)
    {
        MemoryPipe toLeft = new(scheduler);
        MemoryPipe toRight = new(scheduler);
        return (new MemoryConnection(time, scheduler, toLeft, toRight), new MemoryConnection(time, scheduler, toRight, toLeft));
    }

    public void Abort(string reason)
    {
        _incoming.BreakReader(reason);
        _outgoing.BreakWriter(reason);
        _outgoing.BreakReader(ResetByPeer);
        _incoming.BreakWriter(ResetByPeer);
    }

    /// <summary>Ends this side: the peer reads to the end of what was flushed. Not while a read's result is in use.</summary>
    public ValueTask DisposeAsync()
    {
        _incoming.BreakReader(Closed);
        _outgoing.BreakWriter(Closed);
        Output.Complete();
        Input.Complete();
        return ValueTask.CompletedTask;
    }
}
