using System.IO.Pipelines;
using System.Net;

namespace RawWs.Transport.Streams;

/// <summary>A connection over a stream that somebody else opened, which it owns from here on.</summary>
internal sealed class StreamConnection(Stream stream, TimeProvider time) : ITransportConnection
{
    public PipeReader Input { get; } = PipeReader.Create(stream);

    public PipeWriter Output { get; } = PipeWriter.Create(stream);

    public EndPoint? LocalEndPoint => null;

    public EndPoint? RemoteEndPoint => null;

    public PipeScheduler Scheduler => PipeScheduler.ThreadPool;

    public TimeProvider Time { get; } = time;

    public long BytesSent => 0;

    public void Abort(string reason) => stream.Dispose();

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
