using Xunit;

namespace RawWs.Tests.Support;

/// <summary>The opening handshake of a bare peer that compresses (RFC 7692 section 5).</summary>
internal static class DeflateHandshake
{
    /// <summary>The header field with that value; nothing for <see langword="null"/>.</summary>
    public static string Header(string? value) => value is null ? "" : $"Sec-WebSocket-Extensions: {value}\r\n";

    /// <summary>Connects with an offer, and tells what the server answered.</summary>
    public static async Task<(RawPeer Peer, string? Answer)> OpenAsync(Uri server, string path, string? offer)
    {
        RawPeer peer = await RawPeer.ConnectAsync(server);
        await peer.SendAsync(
            $"GET {path} HTTP/1.1\r\nHost: {peer.Host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            $"Sec-WebSocket-Key: {RawPeer.Key}\r\nSec-WebSocket-Version: 13\r\n{Header(offer)}\r\n");
        RawResponse response = await peer.ReadResponseAsync();
        Assert.Equal(101, response.Status);
        return (peer, response["Sec-WebSocket-Extensions"]);
    }
}
