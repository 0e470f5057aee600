using System.Buffers;
using System.Buffers.Binary;

namespace RawWs.Transport.Tls;

/// <summary>What the first bytes of a peer on a TLS port are.</summary>
internal enum FirstBytes
{
    /// <summary>Too few to tell, or a ClientHello of which a part is missing.</summary>
    Incomplete,

    /// <summary>A whole record of a TLS handshake.</summary>
    Handshake,

    /// <summary>A letter: the method of an HTTP request.</summary>
    Http,

    /// <summary>Nothing that could be answered.</summary>
    Unknown,
}

/// <summary>Tells what a peer speaks, before anything is spent on it.</summary>
internal static class FirstBytesReader
{
    private const byte Handshake = 22;                                          // RFC 8446 section 5.1
    private const int HeaderLength = 5;                                         // type, version, length
    private const int LengthOffset = 3;

    public static FirstBytes Look(ReadOnlySequence<byte> input)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        int known = (int)Math.Min(input.Length, HeaderLength);
        input.Slice(0, known).CopyTo(header);
        if (known == 0)
            return FirstBytes.Incomplete;
        if (char.IsAsciiLetterUpper((char)header[0]))
            return FirstBytes.Http;
        if (header[0] != Handshake)
            return FirstBytes.Unknown;
        return known == HeaderLength && input.Length >= HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(header[LengthOffset..])
            ? FirstBytes.Handshake
            : FirstBytes.Incomplete;
    }
}
