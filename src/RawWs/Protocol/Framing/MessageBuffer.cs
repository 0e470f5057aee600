using System.Buffers;
using System.Diagnostics;

namespace RawWs.Protocol.Framing;

/// <summary>Pooled memory for a message that did not arrive in one piece; it grows with the bytes received, never by a length that was only declared.</summary>
internal sealed class MessageBuffer : IBufferWriter<byte>
{
    private const int MinSize = 4096;
    private const int Growth = 4;
    private const byte Dead = 0xDD;

    private byte[] _array = [];

    public int Length { get; private set; }

    /// <summary>The bytes so far; valid until the next call.</summary>
    public Memory<byte> Written => _array.AsMemory(0, Length);

    /// <summary>Adds received bytes of a message that is expected to have this many in all.</summary>
    /// <exception cref="WebSocketProtocolException">The message is larger than one array can be.</exception>
    public void Append(ReadOnlySpan<byte> bytes, long expectedTotal)
    {
        long needed = (long)Length + bytes.Length;
        if (needed > _array.Length) Grow(needed, expectedTotal);
        bytes.CopyTo(_array.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Advance(int count) => Length += count;

    /// <summary>Makes room for more where there is none, of which no more than so much will come.</summary>
    /// <exception cref="WebSocketProtocolException">The message is larger than one array can be.</exception>
    public void MakeRoom(long most)
    {
        if (most > 0 && Length == _array.Length) Grow(Length + 1L, most > long.MaxValue - Length ? long.MaxValue : Length + most);
    }

    /// <summary>Room for more, whose size is not known beforehand.</summary>
    /// <exception cref="WebSocketProtocolException">The message is larger than one array can be.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        int needed = Math.Max(sizeHint, 1);
        if (_array.Length - Length < needed) Grow((long)Length + needed, long.MaxValue);
        return _array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Drops what was written, and keeps the memory.</summary>
    public void Clear() => Length = 0;

    /// <summary>Gives the memory back; the buffer is empty and may be used again.</summary>
    public void Reset()
    {
        Length = 0;
        Replace([]);
    }

    private void Grow(long needed, long expectedTotal)
    {
        ProtocolRule.RequireAcceptableSize(needed <= Array.MaxLength);
        long wanted = Math.Max((long)Length * Growth, MinSize);
        wanted = Math.Min(wanted, Math.Max(expectedTotal, MinSize));
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(wanted, needed, Array.MaxLength));
        Written.CopyTo(larger);
        Replace(larger);
    }

    private void Replace(byte[] next)
    {
        byte[] old = _array;
        _array = next;
        if (old.Length == 0) return;
        FillWithDead(old);
        ArrayPool<byte>.Shared.Return(old);
    }

    /// <summary>Makes a read of memory that was given back show.</summary>
    [Conditional("DEBUG")]
    private static void FillWithDead(byte[] array) => array.AsSpan().Fill(Dead);
}
