using System.Text;

namespace RawWs.Diagnostics;

/// <summary>Blanks what lets a reader of the log be somebody else.</summary>
internal static class Credentials
{
    public const string Blank = "***";

    private const string Subprotocols = "Sec-WebSocket-Protocol";

    private static readonly string[] Fields = ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"];

    // a subprotocol is the only header field that a page can set, so tokens travel in it
    private static readonly string[] SubprotocolMarks = ["bearer", "token", "authorization"];

    // in the names that applications give their own fields
    private static readonly string[] FieldMarks = ["token", "secret", "password", "api-key", "apikey", "x-auth"];

    private static readonly string[] QueryMarks = ["token", "secret", "password", "api_key", "apikey"];

    /// <summary>One line of a head: a request or status line, or a header field, well-formed or not.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="isFirst">Whether it is the request or status line.</param>
    /// <param name="bearerPrefixes">What marks a token among the subprotocols, besides the usual words.</param>
    public static string Hide(string line, bool isFirst, IReadOnlyList<string> bearerPrefixes)
    {
        if (!isFirst && (Array.Exists(Fields, name => IsField(line, name)) || Array.Exists(FieldMarks, mark => line.AsSpan(0, NameLength(line)).Contains(mark, StringComparison.OrdinalIgnoreCase))))
            return $"{line[..NameLength(line)]}: {Blank}";
        if (!isFirst && IsField(line, Subprotocols))
            return HideSubprotocols(line, bearerPrefixes);
        return HideQuery(HideUsers(line));
    }

    /// <summary>Whether a line that goes on with the value of this one may hold a credential that does not look like one.</summary>
    public static bool MayGoOn(string line) => IsField(line, Subprotocols);

    /// <summary>Whether a line has this name, whatever stands between the name and the value.</summary>
    private static bool IsField(string line, string name) =>
        line.AsSpan(0, NameLength(line)).Trim().Equals(name, StringComparison.OrdinalIgnoreCase);

    private static int NameLength(ReadOnlySpan<char> line)
    {
        int start = line.Length - line.TrimStart(" \t").Length;
        int length = line[start..].IndexOfAny(": \t");
        return length < 0 ? line.Length : start + length;
    }

    /// <summary>From the first entry that looks like a token or announces one, all is blank.</summary>
    private static string HideSubprotocols(string line, IReadOnlyList<string> bearerPrefixes)
    {
        int start = Math.Min(NameLength(line) + 1, line.Length);
        string[] entries = line[start..].Split(',');
        int first = Array.FindIndex(entries, entry =>
            Array.Exists(SubprotocolMarks, mark => entry.Contains(mark, StringComparison.OrdinalIgnoreCase))
            || bearerPrefixes.Any(prefix => entry.Contains(prefix, StringComparison.OrdinalIgnoreCase)));
        if (first < 0)
            return line;
        return $"{line[..start]}{string.Concat(entries.Take(first).Select(static entry => entry + ","))} {Blank}";
    }

    /// <summary>The name and the password in each address: what stands between <c>//</c> and <c>@</c> (RFC 3986 section 3.2.1).</summary>
    private static string HideUsers(string line)
    {
        const string start = "//";
        StringBuilder text = new();
        int done = 0;
        for (int slashes = line.IndexOf(start, StringComparison.Ordinal); slashes >= 0; slashes = line.IndexOf(start, done, StringComparison.Ordinal))
        {
            int user = slashes + start.Length;
            int end = line.IndexOfAny(['/', '?', '#', ' '], user);
            end = end < 0 ? line.Length : end;
            int at = line.LastIndexOf('@', end - 1, end - user);
            text.Append(line, done, user - done).Append(at < 0 ? "" : Blank);
            done = at < 0 ? user : at;
        }
        return text.Append(line, done, line.Length - done).ToString();
    }

    /// <summary>The values of such names in the query of a target, or of an address in a field.</summary>
    private static string HideQuery(string line)
    {
        StringBuilder text = new();
        int done = 0;
        for (int equals = line.IndexOf('='); equals >= 0; equals = line.IndexOf('=', equals + 1))
        {
            int name = line.LastIndexOfAny(['?', '&', ';', ' '], equals) + 1;
            if (equals < done || !IsSecretName(line[name..equals]))
                continue;
            int end = line.IndexOfAny(['&', ' ', '#'], equals);
            text.Append(line, done, equals + 1 - done).Append(Blank);
            done = end < 0 ? line.Length : end;
        }
        return text.Append(line, done, line.Length - done).ToString();
    }

    private static bool IsSecretName(string name)
    {
        string decoded = Uri.UnescapeDataString(name);
        return Array.Exists(QueryMarks, mark => decoded.Contains(mark, StringComparison.OrdinalIgnoreCase));
    }
}
