using System.Buffers;

namespace RawWs.Protocol.Handshake;

/// <summary>One line as one span: where it lies, or joined in a rented array when the input's segments cut it.</summary>
internal readonly ref struct LineBytes
{
    private readonly byte[]? _joined;

    public LineBytes(SequenceReader<byte> reader, int length)
    {
        if (reader.UnreadSpan.Length >= length)
        {
            Span = reader.UnreadSpan[..length];
            return;
        }
        _joined = ArrayPool<byte>.Shared.Rent(length);
        reader.TryCopyTo(_joined.AsSpan(0, length));
        Span = _joined.AsSpan(0, length);
    }

    public ReadOnlySpan<byte> Span { get; }

    public void Dispose()
    {
        if (_joined is not null)
            ArrayPool<byte>.Shared.Return(_joined);
    }
}
