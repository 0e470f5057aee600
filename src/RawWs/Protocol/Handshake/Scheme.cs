using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>The URI schemes that reach a WebSocket server, with their ports (RFC 9110 section 4.2, RFC 6455 section 3).</summary>
internal static class Scheme
{
    public static int? DefaultPort(ReadOnlySpan<byte> scheme)
    {
        if (Ascii.EqualsIgnoreCase(scheme, "http"u8) || Ascii.EqualsIgnoreCase(scheme, "ws"u8))
            return 80;
        if (Ascii.EqualsIgnoreCase(scheme, "https"u8) || Ascii.EqualsIgnoreCase(scheme, "wss"u8))
            return 443;
        return null;
    }
}
