using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;

namespace RawWs.Transport.Streams;

/// <summary>A connection over a stream that somebody else opened, which it owns from here on.</summary>
/// <remarks>A stream cannot be ended in one direction: the peer sees our end when the connection is disposed.</remarks>
internal sealed class StreamConnection : ITransportConnection, IStreamOwner
{
    private readonly Stream _stream;
    private readonly StreamFault _fault = new();
    private readonly StreamPipeReader _input;
    private readonly StreamPipeWriter _output;
    private readonly CancellationTokenSource _aborted = new();
    private int _disposals;

    public StreamConnection(Stream stream, TimeProvider time)
        : this(stream, time, ArrayPool<byte>.Shared)
    {
    }

    public StreamConnection(Stream stream, TimeProvider time, ArrayPool<byte> pool)
    {
        _stream = stream;
        Time = time;
        _input = new StreamPipeReader(this, pool);
        _output = new StreamPipeWriter(this, pool);
    }

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    public EndPoint? LocalEndPoint => null;

    public EndPoint? RemoteEndPoint => null;

    public PipeScheduler Scheduler => PipeScheduler.ThreadPool;

    public TimeProvider Time { get; }

    /// <summary>What the stream has taken.</summary>
    public long BytesSent => _output.BytesSent;

    Stream IStreamOwner.Stream => _stream;

    CancellationToken IStreamOwner.Aborted => _aborted.Token;

    public void Abort(string reason)
    {
        if (!_fault.TryAbort(reason))
            return;
        _input.CancelPendingRead();             // not every stream ends its calls when it is disposed
        _ = _aborted.CancelAsync();
        _ = DisposeStreamAsync();
    }

    /// <summary>Ends the stream. Not while a read's result is in use.</summary>
    public async ValueTask DisposeAsync()
    {
        _output.Complete();
        _fault.TryAbort("The connection is closed.");
        _ = _aborted.CancelAsync();
        await DisposeStreamAsync().ConfigureAwait(false);
        _input.Complete();
    }

    void IStreamOwner.ThrowIfAborted() => _fault.ThrowIfAborted();

    IOException IStreamOwner.Fail(Exception error) =>
        _fault.Fail(error as IOException ?? new IOException($"The connection's stream failed: {error.Message}", error));

    void IStreamOwner.EndInput()
    {
        // the stream is ended by DisposeAsync, for both directions
    }

    void IStreamOwner.EndOutput()
    {
        // as above
    }

    /// <summary>The boundary of a stream that may be anybody's.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a stream throws ends its connection, and only that.")]
    private async Task DisposeStreamAsync()
    {
        if (Interlocked.Increment(ref _disposals) > 1)
            return;
        try
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ((IStreamOwner)this).Fail(e);
        }
    }
}
