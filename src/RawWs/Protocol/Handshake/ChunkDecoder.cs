namespace RawWs.Protocol.Handshake;

/// <summary>Takes the chunks of a body apart as the bytes come (RFC 9112 section 7.1), each byte once; trailers are not waited for.</summary>
internal struct ChunkDecoder
{
    private const int MaxSizeDigits = 15;         // so that no size overflows
    private const int MaxExtensionBytes = 1024;   // nobody needs any

    private State _state;
    private int _lineBytes;   // of the digits, then of the extension behind them
    private long _size;

    private enum State
    {
        Size,
        Extension,
        SizeLineFeed,
        Data,
        DataCarriageReturn,
        DataLineFeed,
        Over,
    }

    /// <summary>The last chunk has come, or something that is none.</summary>
    public readonly bool IsOver => _state == State.Over;

    /// <summary>Moves over the framing to the next data; false when there is none in these bytes.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data)
    {
        while (!input.IsEmpty && _state is not (State.Data or State.Over))
        {
            _state = Next(input[0]);
            input = input[1..];
        }
        data = default;
        if (input.IsEmpty || IsOver)
            return false;
        int length = (int)Math.Min(_size, input.Length);
        data = input[..length];
        input = input[length..];
        _size -= length;
        if (_size == 0)
            _state = State.DataCarriageReturn;
        return true;
    }

    private State Next(byte value) => _state switch
    {
        State.Size when char.IsAsciiHexDigit((char)value) && ++_lineBytes <= MaxSizeDigits => TakeDigit(value),
        State.Size when _lineBytes > 0 && value == '\r' => State.SizeLineFeed,
        State.Size when _lineBytes > 0 && value is ((byte)';' or (byte)' ' or (byte)'\t') => BeginExtension(),
        State.Extension when value == '\r' => State.SizeLineFeed,
        State.Extension when !HttpCharacters.Control.Contains(value) && ++_lineBytes <= MaxExtensionBytes => State.Extension,
        State.SizeLineFeed when value == '\n' && _size > 0 => State.Data,
        State.DataCarriageReturn when value == '\r' => State.DataLineFeed,
        State.DataLineFeed when value == '\n' => BeginSize(),
        _ => State.Over,
    };

    private State TakeDigit(byte digit)
    {
        _size = (_size << 4) | (uint)HttpCharacters.HexDigit(digit);
        return State.Size;
    }

    private State BeginExtension()
    {
        _lineBytes = 0;
        return State.Extension;
    }

    private State BeginSize()
    {
        _lineBytes = 0;
        return State.Size;
    }
}
