using System.Buffers;
using System.Globalization;
using System.Text;

namespace RawWs.Host.Logging;

/// <summary>Makes foreign text harmless on a terminal: one line, no control codes, no change of writing direction.</summary>
internal static class Printable
{
    private static readonly SearchValues<char> Harmful = SearchValues.Create(
        [.. Range(0x00, 0x1F), .. Range(0x7F, 0x9F), '\u2028', '\u2029', '\u061C', '\u200E', '\u200F', .. Range(0x202A, 0x202E), .. Range(0x2066, 0x2069)]);

    /// <summary>The text with every harmful character written as <c>\uXXXX</c>.</summary>
    public static string From(string text)
    {
        int harmful = text.AsSpan().IndexOfAny(Harmful);
        if (harmful < 0)
            return text;
        StringBuilder safe = new(text.Length + 16);
        ReadOnlySpan<char> rest = text;
        for (; harmful >= 0; harmful = rest.IndexOfAny(Harmful))
        {
            safe.Append(rest[..harmful]).Append(CultureInfo.InvariantCulture, $"\\u{(int)rest[harmful]:X4}");
            rest = rest[(harmful + 1)..];
        }

        return safe.Append(rest).ToString();
    }

    private static IEnumerable<char> Range(int first, int last) => Enumerable.Range(first, last - first + 1).Select(code => (char)code);
}
