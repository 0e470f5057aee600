namespace RawWs.Transport;

/// <summary>A listening socket and its accept loop.</summary>
internal sealed class SocketListener : IAsyncDisposable
{
    /// <summary>The bound address; port 0 is resolved.</summary>
    public Uri Endpoint => throw new NotSupportedException();

    public bool IsLoopback => throw new NotSupportedException();

    /// <exception cref="System.Net.Sockets.SocketException">The address is in use, or cannot be bound.</exception>
    public static SocketListener Bind(ListenAddress address, int backlog) => throw new NotSupportedException();

    /// <summary>Accepts until <see cref="Stop"/> or a fatal error; never faults.</summary>
    public Task RunAsync(Action<SocketConnection> accepted, Action<Exception, AcceptErrorKind> failed, TimeProvider time) => throw new NotSupportedException();

    /// <summary>Closes the listening socket; <see cref="RunAsync"/> completes.</summary>
    public void Stop() => throw new NotSupportedException();

    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
