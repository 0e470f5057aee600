using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RawWs.Connection;

/// <summary>Draws clients' masking keys from a cryptographic generator, a block at a time (RFC 6455 section 5.3).</summary>
/// <remarks>The block belongs to a thread and not to a connection: each draw costs a system call, and ten thousand idle connections need no key.</remarks>
internal static class MaskKeys
{
    private const int KeysInBlock = 1024;

    [ThreadStatic]
    private static uint[]? _block;

    [ThreadStatic]
    private static int _left;

    /// <summary>A key that was never used before, and is not kept.</summary>
    public static uint Next()
    {
        uint[] block = _block ??= new uint[KeysInBlock];
        if (_left == 0)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(block.AsSpan()));
            _left = KeysInBlock;
        }
        _left--;
        uint key = block[_left];
        block[_left] = 0;
        return key;
    }
}
