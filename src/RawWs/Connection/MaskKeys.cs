using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RawWs.Connection;

/// <summary>Draws a client's masking keys from a cryptographic generator, a block at a time (RFC 6455 section 5.3).</summary>
internal sealed class MaskKeys
{
    private const int KeysInBlock = 16;

    private readonly uint[] _block = new uint[KeysInBlock];
    private int _used = KeysInBlock;

    /// <summary>A key that was never used before. The caller holds the send side's lock.</summary>
    public uint Next()
    {
        if (_used == KeysInBlock)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_block.AsSpan()));
            _used = 0;
        }
        return _block[_used++];
    }
}
