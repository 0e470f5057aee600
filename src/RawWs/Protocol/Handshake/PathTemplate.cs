namespace RawWs.Protocol.Handshake;

/// <summary>A route such as <c>/chat/{room}</c>: literal segments match byte for byte, parameters match one segment.</summary>
internal sealed class PathTemplate : IComparable<PathTemplate>
{
    /// <exception cref="ArgumentException">The template is malformed.</exception>
    public PathTemplate(string template) => Text = template;

    public string Text { get; }

    /// <summary>The more specific template comes first: a literal segment beats a parameter.</summary>
    public int CompareTo(PathTemplate? other) => throw new NotSupportedException();

    /// <exception cref="WebSocketHandshakeException">The path matches, and a value is not canonical.</exception>
    public bool TryMatch(ReadOnlySpan<byte> path, out IReadOnlyDictionary<string, string>? values) => throw new NotSupportedException();
}
