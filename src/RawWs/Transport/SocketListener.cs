using System.Net;
using System.Net.Sockets;

namespace RawWs.Transport;

/// <summary>A listening socket, TCP or unix, and what is set on the sockets that it accepts.</summary>
internal sealed class SocketListener : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly TcpListener? _tcp;
    private readonly Socket _socket;

    private SocketListener(ListenAddress address, TcpListener? tcp, Socket socket)
    {
        _tcp = tcp;
        _socket = socket;
        IsLoopback = address.IsLoopback;
        IsSecure = address.IsSecure;
        Endpoint = address.ToUri(socket.LocalEndPoint is IPEndPoint bound ? bound.Port : 0);
    }

    /// <summary>The bound address, the port as it came out. Its <see cref="Uri.OriginalString"/> has no path.</summary>
    public Uri Endpoint { get; }

    public bool IsLoopback { get; }

    /// <summary>Whether what it accepts begins with TLS, which is left to whoever takes it.</summary>
    public bool IsSecure { get; }

    /// <exception cref="SocketException">The address is in use, or cannot be bound.</exception>
    public static SocketListener Bind(ListenAddress address, int backlog)
    {
        if (address.EndPoint is UnixDomainSocketEndPoint path)
            return new SocketListener(address, tcp: null, UnixSocketFile.Listen(path, backlog));

        TcpListener tcp = new((IPEndPoint)address.EndPoint);
        try
        {
            if (address.IsDualStack)
                tcp.Server.DualMode = true;
            if (OperatingSystem.IsWindows())
                tcp.Server.ExclusiveAddressUse = true;      // elsewhere two listeners on one port are refused as it is, and this would refuse a restart
            if (TcpOptions.AreInherited)
                TcpOptions.Set(tcp.Server);
            tcp.Start(backlog);
            return new SocketListener(address, tcp, tcp.Server);
        }
        catch (SocketException)
        {
            tcp.Dispose();
            throw;
        }
    }

    /// <summary>Accepts until <see cref="Stop"/> or a fatal error, and faults for neither. Both callbacks run on the accepting thread and must be short; what <paramref name="accepted"/> throws goes to <paramref name="failed"/>.</summary>
    public Task RunAsync(Action<SocketConnection> accepted, Action<Exception, AcceptErrorKind> failed, TimeProvider time) =>
        new AcceptLoop(AcceptAsync, accepted, failed, DescriptorHeadroom.OfThisProcess(), time).RunAsync(_stopped.Token);

    /// <summary>Closes the listening socket, and deletes a unix socket's file; <see cref="RunAsync"/> completes.</summary>
    public void Stop()
    {
        _stopped.Cancel();
        _tcp?.Stop();
        _socket.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Stop();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<Socket> AcceptAsync()
    {
        if (_tcp is null)
            return await _socket.AcceptAsync(CancellationToken.None).ConfigureAwait(false);
        Socket socket = await _tcp.AcceptSocketAsync(CancellationToken.None).ConfigureAwait(false);
        if (!TcpOptions.AreInherited)
            TcpOptions.Set(socket);
        return socket;
    }
}
