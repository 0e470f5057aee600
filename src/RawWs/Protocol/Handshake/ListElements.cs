namespace RawWs.Protocol.Handshake;

/// <summary>Walks the elements of a comma-separated value, without white space; empty ones are passed over (RFC 9110 section 5.6.1).</summary>
internal ref struct ListElements(ReadOnlySpan<byte> value)
{
    private ReadOnlySpan<byte> _rest = value;

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly ListElements GetEnumerator() => this;

    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            int length = _rest.IndexOf((byte)',');
            Current = (length < 0 ? _rest : _rest[..length]).Trim(" \t"u8);
            _rest = length < 0 ? default : _rest[(length + 1)..];
            if (!Current.IsEmpty)
                return true;
        }
        return false;
    }
}
