using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Puts what a peer sent into a message: in quotes, escaped, and never long.</summary>
internal static class Quoted
{
    private const int MaxBytes = 64;
    private const string More = "...";

    public static string Text(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new("\"");
        foreach (byte value in bytes.Length > MaxBytes ? bytes[..MaxBytes] : bytes)
            Append(text, value);
        return text.Append(bytes.Length > MaxBytes ? More : "").Append('"').ToString();
    }

    /// <summary>The start of a header line that cannot be its value, which may be a cookie.</summary>
    public static string Name(ReadOnlySpan<byte> line)
    {
        int length = line.IndexOfAny(": \t="u8);
        return Text(length < 0 ? line : line[..length]);
    }

    private static void Append(StringBuilder text, byte value)
    {
        if (value is >= (byte)' ' and <= (byte)'~' and not (byte)'"' and not (byte)'\\')
            text.Append((char)value);
        else
            text.Append("\\x").Append(value.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
    }
}
