namespace RawWs.Protocol.Handshake;

/// <summary>A request line and its header fields, checked, kept as one exact-size array. (Signatures only for now.)</summary>
internal sealed class RequestHead
{
    public string Method => throw new NotSupportedException();

    public bool IsGet => throw new NotSupportedException();

    public int MinorVersion => throw new NotSupportedException();

    public string Path => throw new NotSupportedException();

    public ReadOnlySpan<byte> PathBytes => throw new NotSupportedException();

    public string Query => throw new NotSupportedException();

    public string Host => throw new NotSupportedException();

    public ReadOnlySpan<byte> HostName => throw new NotSupportedException();

    public int? Port => throw new NotSupportedException();

    public long? ContentLength => throw new NotSupportedException();

    public bool HasTransferEncoding => throw new NotSupportedException();

    /// <summary>A body follows: <c>Content-Length</c> above 0, or any <c>Transfer-Encoding</c>.</summary>
    public bool HasBody => HasTransferEncoding || ContentLength > 0;

    public string? FindHeader(string name) => throw new NotSupportedException();

    public IEnumerable<KeyValuePair<string, string>> AllHeaders() => throw new NotSupportedException();
}
