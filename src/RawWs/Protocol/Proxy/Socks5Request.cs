using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace RawWs.Protocol.Proxy;

/// <summary>The client's messages of SOCKS5; what cannot be written is refused before the first byte.</summary>
internal sealed class Socks5Request
{
    public const byte Version = 5;                      // RFC 1928 section 3
    public const byte CredentialsVersion = 1;           // RFC 1929 section 2
    public const byte IPv4 = 1;                         // RFC 1928 section 5
    public const byte DomainName = 3;
    public const byte IPv6 = 4;
    public const int IPv4Bytes = 4;
    public const int IPv6Bytes = 16;

    /// <summary>Each has a length of one byte before it (RFC 1928 section 5, RFC 1929 section 2).</summary>
    private const int LongestField = byte.MaxValue;

    private readonly byte[] _address;
    private readonly ushort _port;
    private readonly byte[] _user;
    private readonly byte[] _password;

    /// <exception cref="ArgumentException">The host, the port or the credentials do not fit.</exception>
    public Socks5Request(string host, int port, string? user, string? password)
    {
        if (FaultOf(user, password) is string fault)
            throw new ArgumentException(fault + ".");
        ArgumentOutOfRangeException.ThrowIfNotEqual(port, (ushort)port);
        _address = Encode(host);
        _port = (ushort)port;
        HasCredentials = user is not null;
        _user = Encoding.UTF8.GetBytes(user ?? "");
        _password = Encoding.UTF8.GetBytes(password ?? "");
    }

    public bool HasCredentials { get; }

    /// <summary>What is wrong with the credentials, in a sentence; null: nothing. An empty password is illegal too, but is what proxies take where a name is all they want.</summary>
    public static string? FaultOf(string? user, string? password)
    {
        if (user is not null && Encoding.UTF8.GetByteCount(user) is 0 or > LongestField)
            return "The user of a SOCKS5 proxy has 1 to 255 bytes (RFC 1929 section 2)";
        if (password is not null && Encoding.UTF8.GetByteCount(password) > LongestField)
            return "The password of a SOCKS5 proxy has at most 255 bytes (RFC 1929 section 2)";
        return null;
    }

    /// <summary>RFC 1928 section 3: which ways of authentication there are.</summary>
    public void WriteMethods(IBufferWriter<byte> output) =>
        output.Write(HasCredentials ? [Version, 2, 0, 2] : (ReadOnlySpan<byte>)[Version, 1, 0]);

    /// <summary>RFC 1929 section 2.</summary>
    public void WriteCredentials(IBufferWriter<byte> output) =>
        output.Write([CredentialsVersion, (byte)_user.Length, .. _user, (byte)_password.Length, .. _password]);

    /// <summary>RFC 1928 section 4.</summary>
    public void WriteConnect(IBufferWriter<byte> output)
    {
        const byte connect = 1;
        const byte reserved = 0;
        Span<byte> port = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(port, _port);
        output.Write([Version, connect, reserved, .. _address, .. port]);
    }

    /// <summary>A name goes as it is, for the proxy to look up (RFC 1928 section 5).</summary>
    private static byte[] Encode(string host)
    {
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            byte[] bytes = address.GetAddressBytes();
            return [bytes.Length == IPv4Bytes ? IPv4 : IPv6, .. bytes];
        }
        if (host.Length is 0 or > LongestField || !Ascii.IsValid(host))
            throw new ArgumentException("A SOCKS5 proxy takes a host name of 1 to 255 ASCII characters (RFC 1928 section 5).", nameof(host));
        return [DomainName, (byte)host.Length, .. Encoding.ASCII.GetBytes(host)];
    }
}
