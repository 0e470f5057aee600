using System.Buffers.Text;
using static RawWs.Protocol.Handshake.Refusal;

namespace RawWs.Protocol.Handshake;

/// <summary>Judges how a request says where its body ends (RFC 9112 section 6.3); ambiguity there is how requests are smuggled.</summary>
internal struct BodyFraming
{
    private bool _hasLength;
    private bool _hasTransferEncoding;

    public void Add(HeaderLine header)
    {
        if (header.Is("Content-Length"u8))
        {
            Require(!_hasLength, "Content-Length is given twice (RFC 9112 section 6.3)");
            Require(TryParseLength(header.Value, out _), "Content-Length is not a number (RFC 9110 section 8.6)");
            _hasLength = true;
        }
        else if (header.Is("Transfer-Encoding"u8))
        {
            _hasTransferEncoding = true;
        }
        Require(!_hasLength || !_hasTransferEncoding, "Content-Length and Transfer-Encoding are both given (RFC 9112 section 6.3)");
    }

    public static bool TryParseLength(ReadOnlySpan<byte> text, out long length)
    {
        length = 0;
        return !text.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && Utf8Parser.TryParse(text, out length, out int used) && used == text.Length;
    }
}
