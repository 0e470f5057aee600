using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace RawWs.Transport;

/// <summary>A connection over a connected socket, TCP or unix.</summary>
internal sealed class SocketConnection(Socket socket, TimeProvider time, ArrayPool<byte> pool) : ITransportConnection
{
    public SocketConnection(Socket socket, TimeProvider time)
        : this(socket, time, ArrayPool<byte>.Shared)
    {
    }

    public PipeReader Input => throw new NotSupportedException();

    public PipeWriter Output => throw new NotSupportedException();

    public EndPoint? LocalEndPoint => socket.LocalEndPoint;

    public EndPoint? RemoteEndPoint => socket.RemoteEndPoint;

    public PipeScheduler Scheduler => PipeScheduler.ThreadPool;

    public TimeProvider Time { get; } = time;

    public long BytesSent => pool is null ? 0 : throw new NotSupportedException();

    public void Abort(string reason) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
