using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>The checked header lines of one head, found in its bytes when they are asked for.</summary>
/// <param name="bytes">The head without its blank line.</param>
/// <param name="start">Where the first header line begins.</param>
internal readonly struct HeaderBlock(byte[] bytes, int start)
{
    public HeaderLines Lines => new(bytes.AsSpan(start));

    /// <summary>How many lines have this name, and the value of the first.</summary>
    public int Count(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> first)
    {
        int count = 0;
        first = default;
        foreach (HeaderLine header in Lines)
        {
            if (header.Is(name) && count++ == 0)
                first = header.Value;
        }
        return count;
    }

    /// <summary>Whether a comma-separated header, on one line or several, has this element, in any case.</summary>
    public bool ListContains(ReadOnlySpan<byte> name, ReadOnlySpan<byte> element)
    {
        foreach (HeaderLine header in Lines)
        {
            if (header.Is(name) && header.ListContains(element))
                return true;
        }
        return false;
    }

    /// <summary>The value of a header; several lines are joined by a comma and a space; <see langword="null"/> when there is none.</summary>
    public string? Find(string name)
    {
        string? value = null;
        StringBuilder? joined = null;
        foreach (HeaderLine header in Lines)
        {
            if (!Ascii.EqualsIgnoreCase(header.Name, name))
                continue;
            string next = Encoding.Latin1.GetString(header.Value);
            if (value is null)
                value = next;
            else
                (joined ??= new(value)).Append(", ").Append(next);
        }
        return joined?.ToString() ?? value;
    }

    public IReadOnlyList<KeyValuePair<string, string>> All()
    {
        List<KeyValuePair<string, string>> headers = [];
        foreach (HeaderLine header in Lines)
            headers.Add(new(Encoding.ASCII.GetString(header.Name), Encoding.Latin1.GetString(header.Value)));
        return headers;
    }

    /// <summary>Overwrites a part of a value with blanks, where it lies.</summary>
    public void Erase(ReadOnlySpan<byte> part)
    {
        if (bytes.AsSpan(start).Overlaps(part, out int at))
            bytes.AsSpan(start + at, part.Length).Fill((byte)' ');
    }
}
