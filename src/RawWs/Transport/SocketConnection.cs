using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace RawWs.Transport;

/// <summary>A connection over a connected socket, TCP or unix, which it owns from here on.</summary>
internal sealed class SocketConnection : ITransportConnection
{
    private readonly SocketPipeReader _input;
    private readonly SocketPipeWriter _output;

    /// <summary>Why the connection was ended on this side: the first reason wins.</summary>
    private string? _reason;

    /// <summary>The first failure that the kernel told; it tells each only once, to whichever call comes first.</summary>
    private SocketError _error;

    public SocketConnection(Socket socket, TimeProvider time)
        : this(socket, time, ArrayPool<byte>.Shared)
    {
    }

    public SocketConnection(Socket socket, TimeProvider time, ArrayPool<byte> pool)
    {
        socket.Blocking = false;
        Socket = socket;
        Time = time;
        RemoteEndPoint = EndPointOf(static socket => socket.RemoteEndPoint);
        _input = new SocketPipeReader(this, pool);
        _output = new SocketPipeWriter(this, pool);
    }

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    public PipeScheduler Scheduler => PipeScheduler.ThreadPool;

    public TimeProvider Time { get; }

    public long BytesSent => _output.BytesSent;

    /// <summary>Our end; null once the connection is over.</summary>
    public EndPoint? LocalEndPoint => EndPointOf(static socket => socket.LocalEndPoint);

    /// <summary>The peer's end; kept beyond the end of the connection, for counts and logs.</summary>
    public EndPoint? RemoteEndPoint { get; }

    internal Socket Socket { get; }

    public void Abort(string reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
            Socket.Close(timeout: 0);           // zero: a reset, not the polite end
    }

    /// <summary>Closes the socket and returns every block. Not while a read's result is in use.</summary>
    public ValueTask DisposeAsync()
    {
        bool isFirstEnd = Interlocked.CompareExchange(ref _reason, "The connection is closed.", null) is null;
        if (isFirstEnd && !_output.IsCompleted && !HasFailed)
            Shutdown();         // else the runtime makes closing a socket that is still being waited for a reset
        Socket.Dispose();
        _input.Complete();
        _output.Complete();
        return ValueTask.CompletedTask;
    }

    /// <summary>Notes a failure that a call on the socket met, and gives the exception for it: what ended the connection first.</summary>
    internal IOException Fail(SocketError error)
    {
        if (_error == SocketError.Success)
            _error = error;
        return _reason is string reason
            ? new IOException(reason)
            : new IOException(Describe(_error), new SocketException((int)_error));
    }

    /// <summary>Whether the kernel has told a failure to any call.</summary>
    internal bool HasFailed => _error != SocketError.Success;

    internal void ThrowIfAborted()
    {
        if (Volatile.Read(ref _reason) is string reason)
            throw new IOException(reason);
    }

    internal void ShutdownSend()
    {
        if (Volatile.Read(ref _reason) is null && !HasFailed)
            Shutdown();
    }

    private static string Describe(SocketError error) => error switch
    {
        SocketError.ConnectionReset => "The peer reset the connection.",
        SocketError.Shutdown => "The peer has closed the connection.",
        SocketError.TimedOut => "The peer did not answer any more.",
        _ => $"The connection failed ({error}).",
    };

    private void Shutdown()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // there is no peer any more that it could tell; reads and sends report that
        }
    }

    private EndPoint? EndPointOf(Func<Socket, EndPoint?> side)
    {
        try
        {
            return side(Socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }
}
