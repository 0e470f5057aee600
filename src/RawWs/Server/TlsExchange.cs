using RawWs.Transport;
using RawWs.Transport.Tls;

namespace RawWs.Server;

/// <summary>What comes before the HTTP exchange on a TLS port: the TLS handshake, or a word to a peer that speaks plain HTTP there.</summary>
/// <param name="server">The server.</param>
/// <param name="handshakes">Does its TLS handshakes.</param>
/// <param name="accepted">What was accepted.</param>
/// <param name="transport">TLS over it, which the server counts.</param>
internal sealed class TlsExchange(ServerContext server, TlsHandshakes handshakes, ITransportConnection accepted, TlsConnection transport)
{
    /// <summary>True: the transport can be used. False: it is over, and counted no more.</summary>
    public async Task<bool> TryAuthenticateAsync()
    {
        try
        {
            if (await handshakes.TryAuthenticateAsync(accepted, transport).ConfigureAwait(false))
                return true;
        }
        catch (WebSocketHandshakeException refusal)
        {
            server.Logger.Refused(transport.RemoteEndPoint, refusal.Status, refusal.Message);
            await RefuseAsync(refusal).ConfigureAwait(false);
        }
        await transport.DisposeAsync().ConfigureAwait(false);
        server.Connections.Remove(transport);
        return false;
    }

    private async Task RefuseAsync(WebSocketHandshakeException refusal)
    {
        try
        {
            await new HttpResponder(server, accepted, log: null).RefuseAsync(refusal).ConfigureAwait(false);
        }
        catch (IOException)                                                     // the peer did not wait for it
        {
            server.Logger.GoneBeforeRequest(transport.RemoteEndPoint);
        }
    }
}
