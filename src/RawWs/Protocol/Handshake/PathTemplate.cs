using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>A route such as <c>/chat/{room}</c>: a literal segment matches byte for byte, a parameter matches any one segment.</summary>
/// <remarks>A path has one spelling: none with escapes of what needs no escape, empty or dot segments, or a slash at the end matches.</remarks>
internal sealed class PathTemplate : IComparable<PathTemplate>
{
    private readonly Segment[] _segments;

    /// <exception cref="ArgumentException">The template is malformed.</exception>
    public PathTemplate(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        if (!template.StartsWith('/'))
            throw new ArgumentException($"The path '{template}' does not begin with a slash.", nameof(template));
        Text = template;
        _segments = template == "/" ? [] : Array.ConvertAll(template[1..].Split('/'), segment => Segment.Parse(segment, template));
        string[] names = [.. _segments.Where(segment => segment.IsParameter).Select(segment => segment.Text)];
        if (names.Distinct(StringComparer.Ordinal).Count() < names.Length)
            throw new ArgumentException($"The path '{template}' has two parameters of one name.", nameof(template));
    }

    public string Text { get; }

    private bool HasParameters => Array.Exists(_segments, segment => segment.IsParameter);

    /// <summary>The more specific comes first: at the first segment in which they differ, a literal beats a parameter. Equal templates match the same paths.</summary>
    public int CompareTo(PathTemplate? other)
    {
        if (other is null)
            return 1;
        for (int i = 0; i < Math.Min(_segments.Length, other._segments.Length); i++)
        {
            int order = _segments[i].CompareTo(other._segments[i]);
            if (order != 0)
                return order;
        }
        return _segments.Length.CompareTo(other._segments.Length);
    }

    /// <exception cref="WebSocketHandshakeException">The path matches, but a value is not canonical.</exception>
    public bool TryMatch(ReadOnlySpan<byte> path, [NotNullWhen(true)] out IReadOnlyDictionary<string, string>? values)
    {
        values = null;
        if (!IsMatch(path))
            return false;
        values = HasParameters ? ReadValues(path) : ReadOnlyDictionary<string, string>.Empty;
        return true;
    }

    private bool IsMatch(ReadOnlySpan<byte> path)
    {
        if (_segments.Length == 0)
            return path.SequenceEqual("/"u8);
        ReadOnlySpan<byte> rest = path;
        foreach (Segment segment in _segments)
            if (!TryTakeSegment(ref rest, out ReadOnlySpan<byte> text) || !segment.Matches(text))
                return false;
        return rest.IsEmpty;
    }

    private Dictionary<string, string> ReadValues(ReadOnlySpan<byte> path)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        ReadOnlySpan<byte> rest = path;
        foreach (Segment segment in _segments)
            if (TryTakeSegment(ref rest, out ReadOnlySpan<byte> text) && segment.IsParameter)
                values.Add(segment.Text, RouteValue.Decode(text));
        return values;
    }

    private static bool TryTakeSegment(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> segment)
    {
        segment = default;
        if (!rest.StartsWith("/"u8))
            return false;
        int length = rest[1..].IndexOf((byte)'/');
        segment = length < 0 ? rest[1..] : rest.Slice(1, length);
        rest = rest[(1 + segment.Length)..];
        return true;
    }

    /// <summary>A literal's text, or a parameter's name.</summary>
    private readonly record struct Segment(string Text, bool IsParameter) : IComparable<Segment>
    {
        public static Segment Parse(string text, string template)
        {
            if (text.StartsWith('{') && text.EndsWith('}'))
            {
                string name = text[1..^1];
                return IsName(name)
                    ? new(name, true)
                    : throw new ArgumentException($"The path '{template}' has the parameter '{text}', whose name is not made of ASCII letters, digits and underscores.", nameof(template));
            }
            if (text.Length == 0)
                throw new ArgumentException($"The path '{template}' has an empty segment or ends with a slash.", nameof(template));
            if (text is "." or "..")
                throw new ArgumentException($"The path '{template}' has a dot segment.", nameof(template));
            if (Encoding.UTF8.GetBytes(text).AsSpan().ContainsAnyExcept(HttpCharacters.PathSegment))
                throw new ArgumentException($"The path '{template}' has the segment '{text}', which no path can have without an escape; use a parameter such as {{name}}.", nameof(template));
            return new(text, false);
        }

        public bool Matches(ReadOnlySpan<byte> text) =>
            IsParameter ? !text.IsEmpty && !text.SequenceEqual("."u8) && !text.SequenceEqual(".."u8) : Ascii.Equals(text, Text);

        public int CompareTo(Segment other)
        {
            if (IsParameter || other.IsParameter)
                return IsParameter.CompareTo(other.IsParameter);
            return string.CompareOrdinal(Text, other.Text);
        }

        private static bool IsName(string name) => name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');
    }
}
