namespace RawWs.Protocol.Handshake;

/// <summary>Walks the header lines of a checked head, in order.</summary>
internal ref struct HeaderLines(ReadOnlySpan<byte> bytes)
{
    public const int LineEndBytes = 2;

    private ReadOnlySpan<byte> _rest = bytes;

    public HeaderLine Current { get; private set; }

    public readonly HeaderLines GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        int length = _rest.IndexOf((byte)'\r');
        Current = new(_rest[..length]);
        _rest = _rest[(length + LineEndBytes)..];
        return true;
    }
}
