using System.Globalization;

namespace RawWs.Tests.Support;

/// <summary>An HTTP response as it was received, its header lines in order.</summary>
internal sealed record RawResponse(string StatusLine, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    public int Status => int.Parse(StatusLine.AsSpan(9, 3), CultureInfo.InvariantCulture);

    /// <summary>The value of a header that stands once; <see langword="null"/> when there is none.</summary>
    public string? this[string name] =>
        Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).SingleOrDefault();

    /// <summary>The elements of a header that is a list, in lower case (RFC 9110 section 5.6.1).</summary>
    public IReadOnlySet<string> Tokens(string name) =>
        (this[name] ?? "").ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet();
}
