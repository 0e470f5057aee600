using System.Text;

namespace RawWs.Protocol.Compression;

/// <summary>What both sides agreed on (RFC 7692 section 7.1): the parameters of the server's answer.</summary>
/// <param name="ServerNoContextTakeover">Messages from the server stand alone.</param>
/// <param name="ClientNoContextTakeover">Messages from the client stand alone.</param>
/// <param name="ServerMaxWindowBits">The server's window, 8 to 15; <see langword="null"/> when it was not named, which is 15.</param>
/// <param name="ClientMaxWindowBits">The client's.</param>
internal readonly record struct DeflateParameters(
    bool ServerNoContextTakeover, bool ClientNoContextTakeover, int? ServerMaxWindowBits = null, int? ClientMaxWindowBits = null)
{
    public const string Extension = "permessage-deflate";
    public const int MinWindowBits = 8;
    public const int MaxWindowBits = 15;

    /// <summary>The value of <c>Sec-WebSocket-Extensions</c>.</summary>
    public override string ToString()
    {
        StringBuilder text = new(Extension);
        if (ServerNoContextTakeover)
            text.Append("; server_no_context_takeover");
        if (ClientNoContextTakeover)
            text.Append("; client_no_context_takeover");
        if (ServerMaxWindowBits is { } server)
            text.Append("; server_max_window_bits=").Append(server);
        if (ClientMaxWindowBits is { } client)
            text.Append("; client_max_window_bits=").Append(client);
        return text.ToString();
    }
}
