using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>A request line and its header lines, checked, kept as one exact-size array: what an idle connection remembers of its request.</summary>
/// <remarks>Everything else is found in the array when it is asked for.</remarks>
internal sealed class RequestHead(byte[] bytes, RequestLine line, BodyFraming framing)
{
    private readonly byte[] _bytes = bytes;
    private readonly RequestLine _line = line;
    private readonly BodyFraming _framing = framing;

    public string Method => MethodNames.Of(_bytes.AsSpan(0, _line.MethodLength));

    public bool IsGet => _bytes.AsSpan(0, _line.MethodLength).SequenceEqual("GET"u8);

    public int MajorVersion => _bytes[_line.MajorVersionAt] - '0';

    public int MinorVersion => _bytes[_line.MinorVersionAt] - '0';

    public string Path => Encoding.ASCII.GetString(PathBytes);

    public ReadOnlySpan<byte> PathBytes => _line.PathLength == 0 ? "/"u8 : _bytes.AsSpan(_line.PathStart, _line.PathLength);

    public string Query => Encoding.ASCII.GetString(QueryBytes);

    /// <summary>Without the question mark; empty when there is none.</summary>
    public ReadOnlySpan<byte> QueryBytes
    {
        get
        {
            int mark = _line.PathStart + _line.PathLength;
            return mark == _line.TargetEnd ? default : _bytes.AsSpan(mark + 1, _line.TargetEnd - mark - 1);
        }
    }

    public string Host => Encoding.ASCII.GetString(HostBytes);

    /// <summary>Host and port, of an absolute target before the header's (RFC 9112 section 3.2.2); empty when an HTTP/1.0 request names none.</summary>
    public ReadOnlySpan<byte> HostBytes
    {
        get
        {
            if (_line.AuthorityLength > 0)
                return _bytes.AsSpan(_line.AuthorityStart, _line.AuthorityLength);
            Headers.Count("Host"u8, out ReadOnlySpan<byte> host);
            return host;
        }
    }

    /// <summary>Without the port; an IPv6 address has its brackets.</summary>
    public ReadOnlySpan<byte> HostName => Authority.TryParse(HostBytes, out ReadOnlySpan<byte> name, out _) ? name : default;

    public int? Port => Authority.TryParse(HostBytes, out _, out int? port) ? port : null;

    public long? ContentLength => _framing.ContentLength;

    public bool HasTransferEncoding => _framing.HasTransferEncoding;

    /// <summary>A body follows: <c>Content-Length</c> above 0, or any <c>Transfer-Encoding</c> (RFC 9112 section 6.3).</summary>
    public bool HasBody => HasTransferEncoding || ContentLength > 0;

    public HeaderBlock Headers => new(_bytes, _line.Length + HeaderLines.LineEndBytes);
}
