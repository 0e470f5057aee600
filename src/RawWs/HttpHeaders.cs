using System.Collections;
using RawWs.Protocol.Handshake;

namespace RawWs;

/// <summary>The header fields of a request or of a response, in order; names compare without case (RFC 9110 section 5.1).</summary>
public sealed class HttpHeaders : IEnumerable<KeyValuePair<string, string>>
{
    private readonly HeaderBlock _block;

    internal HttpHeaders(HeaderBlock block) => _block = block;

    /// <summary>The value of a field; several lines of the same name are joined by a comma and a space; <see langword="null"/> when there is none.</summary>
    /// <param name="name">The field's name.</param>
    public string? this[string name] => _block.Find(name);

    /// <summary>All lines, in order.</summary>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _block.All().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
