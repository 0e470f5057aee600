using System.Buffers;
using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Header fields that the application adds to a response: refuses those that would break it, and writes the others.</summary>
internal static class ResponseFields
{
    // each frames the response or switches the protocol, and is the server's to decide
    private static readonly string[] Reserved =
    [
        "Connection", "Content-Length", "Content-Type", "Sec-WebSocket-Accept", "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol",
        "Transfer-Encoding", "Upgrade",
    ];

    public static void Check(IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            (string name, string value) = fields[i];
            if (!HttpCharacters.IsToken(name))
                throw new ArgumentException($"The name of header field {i} is not a token (RFC 9110 section 5.1).", nameof(fields));
            if (Reserved.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new ArgumentException($"The header field {name} cannot be added: the server writes it itself.", nameof(fields));
            CheckValue(name, value);
        }
    }

    public static void CheckValue(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        foreach (char character in value)
            if (character is (< ' ' and not '\t') or > '~')
                throw new ArgumentException($"The value of the header field {name} has a character other than visible ASCII, space and tab (RFC 9110 section 5.5).", nameof(value));
    }

    public static void Write(IBufferWriter<byte> output, IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        for (int i = 0; i < fields.Count; i++)
            Write(output, fields[i].Key, fields[i].Value);
    }

    public static void Write(IBufferWriter<byte> output, string name, string value)
    {
        Encoding.ASCII.GetBytes(name, output);
        output.Write(": "u8);
        Encoding.ASCII.GetBytes(value, output);
        output.Write("\r\n"u8);
    }
}
