namespace RawWs.Protocol.Handshake;

/// <summary>A request line and its header fields, checked, kept as one exact-size array. (Signatures only for now.)</summary>
internal sealed class RequestHead
{
    public string Method => throw new NotSupportedException();

    public string Path => throw new NotSupportedException();

    public string Query => throw new NotSupportedException();

    public string Host => throw new NotSupportedException();

    public string? FindHeader(string name) => throw new NotSupportedException();

    public IEnumerable<KeyValuePair<string, string>> AllHeaders() => throw new NotSupportedException();
}
