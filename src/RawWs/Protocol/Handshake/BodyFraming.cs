using System.Buffers.Text;
using static RawWs.Protocol.Handshake.Refusal;

namespace RawWs.Protocol.Handshake;

/// <summary>How a request says where its body ends (RFC 9112 section 6.3); ambiguity there is how requests are smuggled.</summary>
/// <param name="ContentLength"><see langword="null"/> when it is not given.</param>
/// <param name="HasTransferEncoding">Whether the body is in chunks, or in anything else.</param>
internal readonly record struct BodyFraming(long? ContentLength, bool HasTransferEncoding)
{
    /// <summary>What is known when this header line is known too.</summary>
    /// <exception cref="WebSocketHandshakeException">The end of the body is ambiguous.</exception>
    public BodyFraming With(HeaderLine header)
    {
        BodyFraming framing = this;
        if (header.Is("Content-Length"u8))
        {
            Require(ContentLength is null, "Content-Length is given twice (RFC 9112 section 6.3)");
            framing = this with { ContentLength = ParseLength(header.Value) };
        }
        else if (header.Is("Transfer-Encoding"u8))
        {
            framing = this with { HasTransferEncoding = true };
        }
        Require(framing.ContentLength is null || !framing.HasTransferEncoding, "Content-Length and Transfer-Encoding are both given (RFC 9112 section 6.3)");
        return framing;
    }

    private static long ParseLength(ReadOnlySpan<byte> text)
    {
        const string rule = "Content-Length is not a number (RFC 9110 section 8.6)";
        Require(!text.ContainsAnyExceptInRange((byte)'0', (byte)'9'), rule);
        Require(Utf8Parser.TryParse(text, out long length, out _), rule);
        return length;
    }
}
