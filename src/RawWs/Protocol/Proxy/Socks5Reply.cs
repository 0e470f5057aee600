using System.Buffers;

namespace RawWs.Protocol.Proxy;

/// <summary>Reads a SOCKS5 proxy's messages; each rule is checked as soon as its byte is there, so that the answer never depends on how the bytes were cut.</summary>
internal static class Socks5Reply
{
    private const int MethodBytes = 2;
    private const int VerdictBytes = 2;
    private const int PortBytes = 2;

    /// <summary>RFC 1928 section 3.</summary>
    public static bool TryReadMethod(ref ReadOnlySequence<byte> input, out byte method)
    {
        RequireVersion(input);
        return TryTakeSecond(ref input, MethodBytes, out method);
    }

    /// <summary>RFC 1929 section 2; 0 is success.</summary>
    public static bool TryReadVerdict(ref ReadOnlySequence<byte> input, out byte status)
    {
        if (TryPeek(input, 0, out byte version))
            Require(version == Socks5Request.CredentialsVersion, $"The SOCKS5 proxy answered the credentials with version 0x{version:x2} instead of 0x01 (RFC 1929 section 2)");
        return TryTakeSecond(ref input, VerdictBytes, out status);
    }

    /// <summary>RFC 1928 section 6. The address that the proxy bound is of no use to a client that only connects.</summary>
    public static bool TryReadReply(ref ReadOnlySequence<byte> input, string target)
    {
        RequireVersion(input);
        if (TryPeek(input, 1, out byte reply))
            Require(reply == 0, $"The SOCKS5 proxy cannot reach {target}: {Reason(reply)} (RFC 1928 section 6)");
        if (TryPeek(input, 2, out byte reserved))
            Require(reserved == 0, $"The SOCKS5 proxy answered with 0x{reserved:x2} where 0x00 is reserved (RFC 1928 section 6)");
        const int addressStart = 4;
        if (!TryReadAddressLength(input, out int addressBytes) || input.Length < addressStart + addressBytes + PortBytes)
            return false;
        input = input.Slice(addressStart + addressBytes + PortBytes);
        return true;
    }

    public static void Require(bool isMet, string rule)
    {
        if (!isMet)
            throw new Socks5Exception(rule);
    }

    /// <summary>RFC 1928 section 5: by its type, a name with its own length before it.</summary>
    private static bool TryReadAddressLength(in ReadOnlySequence<byte> input, out int length)
    {
        length = 0;
        if (!TryPeek(input, 3, out byte type))
            return false;
        switch (type)
        {
            case Socks5Request.IPv4:
                length = Socks5Request.IPv4Bytes;
                return true;
            case Socks5Request.IPv6:
                length = Socks5Request.IPv6Bytes;
                return true;
            case Socks5Request.DomainName:
                bool isThere = TryPeek(input, 4, out byte nameBytes);
                length = 1 + nameBytes;
                return isThere;
            default:
                throw new Socks5Exception($"The SOCKS5 proxy answered with the unknown address type 0x{type:x2} (RFC 1928 section 5)");
        }
    }

    private static void RequireVersion(in ReadOnlySequence<byte> input)
    {
        if (TryPeek(input, 0, out byte version))
            Require(version == Socks5Request.Version, $"What answered is no SOCKS5 proxy: its first byte is 0x{version:x2} instead of 0x05 (RFC 1928 section 3)");
    }

    private static bool TryTakeSecond(ref ReadOnlySequence<byte> input, int length, out byte value)
    {
        if (!TryPeek(input, 1, out value))
            return false;
        input = input.Slice(length);
        return true;
    }

    private static bool TryPeek(in ReadOnlySequence<byte> input, int index, out byte value) =>
        new SequenceReader<byte>(input).TryPeek(index, out value);

    private static string Reason(byte reply) => reply switch
    {
        1 => "general failure",
        2 => "its rules do not allow it",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "the time to live ran out",
        7 => "it does not know the command CONNECT",
        8 => "it does not know this type of address",
        _ => $"unknown reply 0x{reply:x2}",
    };
}
