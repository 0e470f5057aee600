using static RawWs.Protocol.Handshake.Refusal;

namespace RawWs.Protocol.Handshake;

/// <summary>Walks the offers and parameters of one <c>Sec-WebSocket-Extensions</c> value (RFC 6455 section 9.1), each byte once.</summary>
internal ref struct ExtensionCursor(ReadOnlySpan<byte> value)
{
    private ReadOnlySpan<byte> _rest = value;

    /// <summary>The next offer's name; its parameters must have been read.</summary>
    public bool TryReadName(out ReadOnlySpan<byte> name)
    {
        _rest = _rest.TrimStart(" \t,"u8);   // empty elements are passed over (RFC 9110 section 5.6.1)
        name = default;
        if (_rest.IsEmpty)
            return false;
        name = TakeToken("An extension's name is not a token (RFC 6455 section 9.1)");
        return true;
    }

    /// <summary>The offer's next parameter; a value keeps its quotes, and is empty when there is none.</summary>
    public bool TryReadParameter(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = default;
        value = default;
        if (_rest.IsEmpty || _rest[0] == ',')
            return false;
        Require(TrySkip((byte)';'), "An extension's parameter does not begin with a semicolon (RFC 6455 section 9.1)");
        name = TakeToken("An extension's parameter is not a token (RFC 6455 section 9.1)");
        if (TrySkip((byte)'='))
            value = _rest.StartsWith("\""u8) ? TakeQuoted() : TakeToken("An extension parameter's value is not a token (RFC 6455 section 9.1)");
        return true;
    }

    private ReadOnlySpan<byte> TakeToken(string rule)
    {
        int length = _rest.IndexOfAnyExcept(HttpCharacters.Token);
        if (length < 0)
            length = _rest.Length;
        Require(length > 0, rule);
        return Take(length);
    }

    /// <summary>What is in the quotes must be a token once its backslashes are gone (RFC 6455 section 9.1).</summary>
    private ReadOnlySpan<byte> TakeQuoted()
    {
        int end = 1;
        while (end < _rest.Length && _rest[end] != '"')
        {
            if (_rest[end] == '\\')
                end++;
            Require(end < _rest.Length && HttpCharacters.Token.Contains(_rest[end]), "A quoted extension parameter is not a token (RFC 6455 section 9.1)");
            end++;
        }
        Require(end < _rest.Length, "A quoted extension parameter has no end (RFC 9110 section 5.6.4)");
        Require(end > 1, "A quoted extension parameter is empty (RFC 6455 section 9.1)");
        return Take(end + 1);
    }

    private bool TrySkip(byte delimiter)
    {
        if (_rest.IsEmpty || _rest[0] != delimiter)
            return false;
        Take(1);
        return true;
    }

    /// <summary>Takes bytes and the white space behind them.</summary>
    private ReadOnlySpan<byte> Take(int length)
    {
        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..].TrimStart(" \t"u8);
        return taken;
    }
}
