using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RawWs.Protocol.Framing;

/// <summary>Masks and unmasks payloads: byte i is XORed with byte i modulo 4 of the key (RFC 6455 section 5.3).</summary>
/// <remarks>Keys are the four wire bytes as they lie in memory. A call returns the key turned for the byte that follows, so that a payload may come in any pieces.</remarks>
internal static class FrameMask
{
    public static uint Apply(Span<byte> data, uint key) =>
        Apply(ref MemoryMarshal.GetReference(data), ref MemoryMarshal.GetReference(data), (nuint)data.Length, key);

    /// <summary>Copies and masks in one pass; the spans must not overlap.</summary>
    public static uint Apply(ReadOnlySpan<byte> source, Span<byte> destination, uint key)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, source.Length, nameof(destination));
        return Apply(ref MemoryMarshal.GetReference(source), ref MemoryMarshal.GetReference(destination), (nuint)source.Length, key);
    }

    private static uint Apply(ref byte source, ref byte destination, nuint length, uint key)
    {
        nuint done = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<byte> keys = Vector512.Create(key).AsByte();
            for (; length - done >= (nuint)Vector512<byte>.Count; done += (nuint)Vector512<byte>.Count)
                (Vector512.LoadUnsafe(ref source, done) ^ keys).StoreUnsafe(ref destination, done);
        }
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<byte> keys = Vector256.Create(key).AsByte();
            for (; length - done >= (nuint)Vector256<byte>.Count; done += (nuint)Vector256<byte>.Count)
                (Vector256.LoadUnsafe(ref source, done) ^ keys).StoreUnsafe(ref destination, done);
        }
        if (Vector128.IsHardwareAccelerated)
        {
            Vector128<byte> keys = Vector128.Create(key).AsByte();
            for (; length - done >= (nuint)Vector128<byte>.Count; done += (nuint)Vector128<byte>.Count)
                (Vector128.LoadUnsafe(ref source, done) ^ keys).StoreUnsafe(ref destination, done);
        }
        ulong twice = key | ((ulong)key << 32);
        for (; length - done >= sizeof(ulong); done += sizeof(ulong))
        {
            ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, done));
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, done), word ^ twice);
        }
        for (; done < length; done++)
        {
            Unsafe.Add(ref destination, done) = (byte)(Unsafe.Add(ref source, done) ^ FirstByte(key));
            key = Turn(key);
        }
        return key;
    }

    private static byte FirstByte(uint key) => (byte)(BitConverter.IsLittleEndian ? key : key >> 24);

    private static uint Turn(uint key) =>
        BitConverter.IsLittleEndian ? BitOperations.RotateRight(key, 8) : BitOperations.RotateLeft(key, 8);
}
