using System.Collections;
using RawWs.Protocol.Handshake;

namespace RawWs;

/// <summary>The header fields of a request, in order; names compare without case (RFC 9110 section 5.1).</summary>
public sealed class HttpHeaders : IEnumerable<KeyValuePair<string, string>>
{
    private readonly RequestHead _head;

    internal HttpHeaders(RequestHead head) => _head = head;

    /// <summary>The value of a field; several lines of the same name are joined by a comma and a space; <see langword="null"/> when there is none.</summary>
    /// <param name="name">The field's name.</param>
    public string? this[string name] => _head.FindHeader(name);

    /// <summary>All lines, in order.</summary>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _head.AllHeaders().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
