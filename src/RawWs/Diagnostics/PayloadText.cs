using System.Buffers;
using System.Globalization;
using System.Text;

namespace RawWs.Diagnostics;

/// <summary>Shows the start of foreign bytes on one harmless line: text in quotes with escapes, or hex.</summary>
internal static class PayloadText
{
    /// <summary>As many bytes of a payload are shown.</summary>
    private const int MaxBytes = 64;

    private const string More = "...";

    /// <param name="bytes">What is there of the payload.</param>
    /// <param name="length">The length of the whole payload.</param>
    public static string Text(ReadOnlySpan<byte> bytes, long length)
    {
        ReadOnlySpan<byte> shown = bytes[..Math.Min(bytes.Length, MaxBytes)];
        StringBuilder text = new("\"");
        bool isCut = shown.Length < length;
        AppendEscaped(text, shown, isCut);
        return text.Append('"').Append(isCut ? More : "").ToString();
    }

    public static string Hex(ReadOnlySpan<byte> bytes, long length)
    {
        ReadOnlySpan<byte> shown = bytes[..Math.Min(bytes.Length, MaxBytes)];
        StringBuilder text = new();
        foreach (byte value in shown)
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? " " : "")}{value:x2}");
        return text.Append(shown.Length < length ? More : "").ToString();
    }

    /// <summary>Whether these bytes are UTF-8 of which nothing would have to be escaped.</summary>
    public static bool IsReadable(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int size) != OperationStatus.Done || IsHarmful(rune))
                return false;
            bytes = bytes[size..];
        }
        return true;
    }

    /// <summary>Appends UTF-8 with what could move a terminal's cursor or hide other text escaped, and bytes that are not UTF-8 as <c>\xNN</c>.</summary>
    public static void AppendEscaped(StringBuilder text, ReadOnlySpan<byte> bytes, bool isCut)
    {
        while (!bytes.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int size);
            if (status == OperationStatus.NeedMoreData && isCut)
                return;                                                 // the rest of this character is behind the cut
            if (status == OperationStatus.Done)
                Append(text, rune);
            else
                foreach (byte value in bytes[..size])
                    text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
            bytes = bytes[size..];
        }
    }

    private static void Append(StringBuilder text, Rune rune)
    {
        switch (rune.Value)
        {
            case '\r':
                text.Append("\\r");
                break;
            case '\n':
                text.Append("\\n");
                break;
            case '\t':
                text.Append("\\t");
                break;
            case '"' or '\\':
                text.Append('\\').Append((char)rune.Value);
                break;
            default:
                if (IsHarmful(rune))
                    text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
                else
                    text.Append(rune.ToString());
                break;
        }
    }

    private static bool IsHarmful(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
