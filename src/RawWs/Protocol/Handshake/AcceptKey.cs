using System.Buffers;
using System.Buffers.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Judges <c>Sec-WebSocket-Key</c> and computes <c>Sec-WebSocket-Accept</c> from it (RFC 6455 section 4.2.2).</summary>
internal static class AcceptKey
{
    public const int KeyBytes = 24;
    public const int AcceptBytes = 28;

    private static readonly SearchValues<byte> Base64Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    private static ReadOnlySpan<byte> Guid => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    private static ReadOnlySpan<byte> Padding => "=="u8;

    /// <summary>Whether this is 16 bytes in the one form that base64 has for them (RFC 4648 sections 3.5 and 4).</summary>
    public static bool IsKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyBytes || !key.EndsWith(Padding))
            return false;
        ReadOnlySpan<byte> digits = key[..^Padding.Length];
        // the last digit holds two bits; the four below them are zero in A, Q, g and w alone
        return !digits.ContainsAnyExcept(Base64Characters) && digits[^1] is (byte)'A' or (byte)'Q' or (byte)'g' or (byte)'w';
    }

    public static void Compute(ReadOnlySpan<byte> key, Span<byte> accept)
    {
        Span<byte> text = stackalloc byte[KeyBytes + Guid.Length];
        key.CopyTo(text);
        Guid.CopyTo(text[KeyBytes..]);
        Span<byte> digest = stackalloc byte[Sha1.DigestBytes];
        Sha1.Hash(text, digest);
        Base64.EncodeToUtf8(digest, accept, out _, out _);
    }
}
