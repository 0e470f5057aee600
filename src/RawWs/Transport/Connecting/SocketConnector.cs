namespace RawWs.Transport.Connecting;

/// <summary>Connects to a host by its name or address, or to a unix socket.</summary>
internal static class SocketConnector
{
    /// <exception cref="IOException">No address can be reached, or there is none; the message names the host, the port and each reason.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; no socket is left.</exception>
    public static Task<SocketConnection> ConnectAsync(string host, int port, TimeProvider time, CancellationToken ct) => throw new NotImplementedException();

    /// <exception cref="ArgumentException">The path cannot name a unix socket.</exception>
    /// <exception cref="IOException">Nobody listens there.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; no socket is left.</exception>
    public static Task<SocketConnection> ConnectUnixAsync(string path, TimeProvider time, CancellationToken ct) => throw new NotImplementedException();
}
