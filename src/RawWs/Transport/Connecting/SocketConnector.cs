using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RawWs.Transport.Connecting;

/// <summary>Connects to a host by its name or address, or to a unix socket.</summary>
internal static class SocketConnector
{
    private static readonly SearchValues<char> NeverInPath = SearchValues.Create("\0\r\n");

    /// <exception cref="IOException">No address can be reached, or there is none; the message names the host, the port and each reason.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; no socket is left.</exception>
    public static Task<SocketConnection> ConnectAsync(string host, int port, TimeProvider time, CancellationToken ct) =>
        ConnectAsync(NameLookup.System, host, port, time, ct);

    /// <inheritdoc cref="ConnectAsync(string, int, TimeProvider, CancellationToken)"/>
    public static async Task<SocketConnection> ConnectAsync(NameLookup names, string host, int port, TimeProvider time, CancellationToken ct)
    {
        IPAddress[] addresses = await names.FindAsync(host, ct).ConfigureAwait(false);
        AddressRace<Socket> race = new((address, over) => ConnectAsync(new IPEndPoint(address, port), over), time);
        (Socket? socket, IReadOnlyList<ConnectFailure> failures) = await race.RunAsync(AddressOrder.Of(addresses), ct).ConfigureAwait(false);
        return socket is not null ? new SocketConnection(socket, time) : throw Unreachable(host, port, failures);
    }

    /// <exception cref="ArgumentException">The path cannot name a unix socket.</exception>
    /// <exception cref="IOException">Nobody listens there.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; no socket is left.</exception>
    public static async Task<SocketConnection> ConnectUnixAsync(string path, TimeProvider time, CancellationToken ct)
    {
        if (path.AsSpan().ContainsAny(NeverInPath))
            throw new ArgumentException("The path of a unix socket has no NUL, CR or LF.", nameof(path));
        UnixDomainSocketEndPoint endPoint = new(path);
        try
        {
            return new SocketConnection(await ConnectAsync(endPoint, ct).ConfigureAwait(false), time);
        }
        catch (SocketException e)
        {
            throw new IOException($"Cannot connect to the unix socket {path}: {ConnectErrorText.OfPath(e.SocketErrorCode)}.", e);
        }
    }

    private static async Task<Socket> ConnectAsync(EndPoint endPoint, CancellationToken ct)
    {
        bool isUnix = endPoint is UnixDomainSocketEndPoint;
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        bool isConnected = false;
        try
        {
            if (!isUnix)
                TcpOptions.Set(socket);
            await socket.ConnectAsync(endPoint, ct).ConfigureAwait(false);
            isConnected = true;
            return socket;
        }
        finally
        {
            if (!isConnected)
                socket.Dispose();
        }
    }

    private static IOException Unreachable(string host, int port, IReadOnlyList<ConnectFailure> failures)
    {
        string name = host.Contains(':') && !host.StartsWith('[') ? $"[{host}]" : host;
        Exception inner = failures.Count == 1 ? failures[0].Error : new AggregateException(failures.Select(static failure => failure.Error));
        return new IOException(string.Create(CultureInfo.InvariantCulture, $"Cannot connect to {name}:{port}: {string.Join(", ", failures)}."), inner);
    }
}
