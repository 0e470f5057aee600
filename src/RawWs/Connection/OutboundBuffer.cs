using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace RawWs.Connection;

/// <summary>Pooled memory for whole frames that wait behind a write; holds nothing while it is empty.</summary>
internal sealed class OutboundBuffer : IBufferWriter<byte>
{
    private byte[] _array = [];

    public int Length { get; private set; }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _array.AsSpan(Length);
    }

    /// <summary>Takes all bytes out; the caller returns the array to the shared pool when they have left.</summary>
    public bool TryTake([NotNullWhen(true)] out byte[]? array, out int length)
    {
        (array, length) = (Length > 0 ? _array : null, Length);
        if (array is null)
            return false;
        (_array, Length) = ([], 0);
        return true;
    }

    public void Clear()
    {
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        (_array, Length) = ([], 0);
    }

    private void Ensure(int sizeHint)
    {
        int needed = Length + Math.Max(sizeHint, 1);
        if (needed <= _array.Length)
            return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Length * 2));
        _array.AsSpan(0, Length).CopyTo(larger);
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
