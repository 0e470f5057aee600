using System.Buffers;
using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Header fields that a caller brings: refuses what would break the head, and writes the others.</summary>
internal static class HeaderFields
{
    public static void CheckName(string name, int index)
    {
        if (!HttpCharacters.IsToken(name))
            throw new ArgumentException($"The name of header field {index} is not a token (RFC 9110 section 5.1).", nameof(name));
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
