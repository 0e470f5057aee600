using RawWs.Transport;

namespace RawWs.Client;

/// <summary>Asks a proxy for a way to a server.</summary>
internal static class ProxyTunnel
{
    /// <summary>What follows on the connection is the server's. A token that is cancelled aborts the connection, and so does nothing else here: its end is the caller's.</summary>
    /// <exception cref="WebSocketHandshakeException">The proxy refused CONNECT, or what it sent is no HTTP response.</exception>
    /// <exception cref="IOException">The SOCKS5 proxy refused, or the connection ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task OpenAsync(ITransportConnection toProxy, ProxyAddress proxy, string host, int port, CancellationToken ct) => throw new NotImplementedException();
}
