using System.Globalization;
using System.Text;

namespace RawWs.Diagnostics;

/// <summary>Takes an HTTP head apart into lines that can be logged; also a head that keeps no rule, so that its sender can be found.</summary>
internal static class HeadText
{
    private const int MaxLines = 100;
    private const int MaxLineBytes = 512;
    private const string Indent = "    ";
    private const string More = "...";

    /// <summary>The lines up to the empty one, escaped, credentials blanked; the first has a note, the others are set in.</summary>
    public static IReadOnlyList<string> Lines(ReadOnlySpan<byte> head, string note, IReadOnlyList<string> bearerPrefixes)
    {
        List<string> lines = [];
        bool hidesNext = false;
        while (TryTakeLine(ref head, out ReadOnlySpan<byte> line))
        {
            if (line.IsEmpty && lines.Count == 0)
                continue;
            if (line.IsEmpty)
                break;
            if (lines.Count == MaxLines)
            {
                lines.Add(Indent + More);
                break;
            }
            string text = Encoding.Latin1.GetString(line);
            bool isFolded = hidesNext && text[0] is (' ' or '\t');          // an old way to go on with the value of the line before
            string safe = isFolded ? Credentials.Blank : Credentials.Hide(text, isFirst: lines.Count == 0, bearerPrefixes);
            hidesNext = safe.EndsWith(Credentials.Blank, StringComparison.Ordinal) || Credentials.MayGoOn(text);
            lines.Add(lines.Count == 0 ? $"{Escape(safe)} ({note})" : Indent + Escape(safe));
        }
        return lines;
    }

    /// <summary>Line ends of every kind count: a head that is refused for one must not carry a credential past us.</summary>
    private static bool TryTakeLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        line = default;
        if (rest.IsEmpty)
            return false;
        int end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + (rest[end..].StartsWith("\r\n"u8) ? 2 : 1))..];
        return true;
    }

    private static string Escape(string line)
    {
        bool isCut = line.Length > MaxLineBytes;
        StringBuilder text = new();
        foreach (char character in isCut ? line[..MaxLineBytes] : line)
        {
            if (character is >= ' ' and <= '~')
                text.Append(character);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}");
        }
        return text.Append(isCut ? More : "").ToString();
    }
}
