using System.Buffers;
using System.Buffers.Binary;

namespace RawWs.Transport.Tls;

/// <summary>What the first bytes of a peer on a TLS port are.</summary>
internal enum FirstBytes
{
    /// <summary>Too few to tell, or a ClientHello of which a part is missing.</summary>
    Incomplete,

    /// <summary>A whole ClientHello.</summary>
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
    private const int LongestRecord = 1 << 14;
    private const byte ClientHello = 1;                                         // RFC 8446 section 4
    private const int MessageHeaderLength = 4;                                  // type, length

    /// <summary>Far above what any client says; what a stranger may have us keep before anything is known of it.</summary>
    private const int LongestHello = 1 << 16;

    public static FirstBytes Look(ReadOnlySequence<byte> input)
    {
        Span<byte> header = stackalloc byte[HeaderLength + MessageHeaderLength];
        int known = (int)Math.Min(input.Length, header.Length);
        input.Slice(0, known).CopyTo(header);
        if (known == 0)
            return FirstBytes.Incomplete;
        if (char.IsAsciiLetterUpper((char)header[0]))
            return FirstBytes.Http;
        if (header[0] != Handshake)
            return FirstBytes.Unknown;
        return known < header.Length ? FirstBytes.Incomplete : LookAtHello(header, input.Length);
    }

    /// <summary>A hello that goes on in a second record is counted by its own length, which is a few bytes less than all of it.</summary>
    private static FirstBytes LookAtHello(ReadOnlySpan<byte> header, long length)
    {
        int record = BinaryPrimitives.ReadUInt16BigEndian(header[LengthOffset..]);
        uint message = BinaryPrimitives.ReadUInt32BigEndian(header[HeaderLength..]);
        int hello = (int)(message & 0xFFFFFF);
        if (record is < MessageHeaderLength or > LongestRecord || message >> 24 != ClientHello || hello > LongestHello)
            return FirstBytes.Unknown;
        return length >= HeaderLength + Math.Max(record, MessageHeaderLength + hello) ? FirstBytes.Handshake : FirstBytes.Incomplete;
    }
}
