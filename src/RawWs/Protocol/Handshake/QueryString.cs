using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Finds values in a query such as <c>a=1&amp;b=2</c>, in the form that browsers send (application/x-www-form-urlencoded).</summary>
internal static class QueryString
{
    /// <summary>The first value of a name, empty when the name has no equals sign. As in browsers, a malformed escape stays as it is and bad UTF-8 becomes U+FFFD.</summary>
    public static string? Find(ReadOnlySpan<byte> query, string name)
    {
        ReadOnlySpan<byte> rest = query;
        while (!rest.IsEmpty)
        {
            int length = rest.IndexOf((byte)'&');
            ReadOnlySpan<byte> pair = length < 0 ? rest : rest[..length];
            rest = length < 0 ? default : rest[(length + 1)..];
            int nameLength = pair.IndexOf((byte)'=');
            if (!pair.IsEmpty && Decode(nameLength < 0 ? pair : pair[..nameLength]) == name)
                return nameLength < 0 ? "" : Decode(pair[(nameLength + 1)..]);
        }
        return null;
    }

    private static string Decode(ReadOnlySpan<byte> text)
    {
        byte[] decoded = new byte[text.Length];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            byte value = text[i] == '+' ? (byte)' ' : text[i];
            if (HttpCharacters.TryReadEscape(text[i..], out byte escaped))
            {
                value = escaped;
                i += 2;
            }
            decoded[length++] = value;
        }
        return Encoding.UTF8.GetString(decoded, 0, length);
    }
}
