using System.Text;
using System.Text.Unicode;
using static RawWs.Protocol.Handshake.Refusal;

namespace RawWs.Protocol.Handshake;

/// <summary>Decodes a segment of a path once, as UTF-8, and refuses every second spelling of a value.</summary>
internal static class RouteValue
{
    /// <exception cref="WebSocketHandshakeException">The segment is not canonical.</exception>
    public static string Decode(ReadOnlySpan<byte> segment)
    {
        byte[] decoded = new byte[segment.Length];
        int length = 0;
        for (int i = 0; i < segment.Length; i++)
        {
            byte value = segment[i];
            if (value == '%')
            {
                Require(HttpCharacters.TryReadEscape(segment[i..], out value), "The path has a malformed escape (RFC 3986 section 2.1)");
                Require(!HttpCharacters.IsUnreserved(value), "The path escapes a character that needs no escape (RFC 3986 section 2.3)");
                Require(value != '/', "The path has an escaped slash (RFC 3986 section 2.2)");
                i += 2;
            }
            Require(value != '\\', "The path has a backslash (RFC 3986 section 3.3)");
            decoded[length++] = value;
        }
        ReadOnlySpan<byte> bytes = decoded.AsSpan(0, length);
        Require(Utf8.IsValid(bytes), "The path is not UTF-8 (RFC 3986 section 2.5)");
        string text = Encoding.UTF8.GetString(bytes);
        Require(!text.Any(char.IsControl), "The path has an escaped control character (RFC 3986 section 7.3)");
        return text;
    }
}
