using System.Buffers;
using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>The character classes of RFC 9110, RFC 9112 and RFC 3986, as sets that are searched with vector instructions.</summary>
internal static class HttpCharacters
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string TokenText = Alphanumeric + "!#$%&'*+-.^_`|~";

    /// <summary>RFC 9110 section 5.6.2.</summary>
    public static readonly SearchValues<byte> Token = Set(TokenText);

    /// <summary>What may never stand in a line, CR and LF included; HTAB may (RFC 9110 section 5.5).</summary>
    public static readonly SearchValues<byte> Control = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    /// <summary>RFC 3986 section 3.2.2, reg-name, without the comma that would join two hosts.</summary>
    public static readonly SearchValues<byte> HostName = Set(Alphanumeric + "-._~%!$&'()*+;=");

    /// <summary>RFC 3986 section 3.2.2, IPv6address.</summary>
    public static readonly SearchValues<byte> IPv6 = Set("0123456789ABCDEFabcdef:.");

    /// <summary>RFC 3986 section 3.3, pchar without escapes.</summary>
    public static readonly SearchValues<byte> PathSegment = Set(Alphanumeric + "-._~!$&'()*+,;=:@");

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(TokenText);
    private static readonly SearchValues<char> Token68Characters = SearchValues.Create(Alphanumeric + "-._~+/");

    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Token);

    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenCharacters);

    /// <summary>RFC 9110 section 11.2.</summary>
    public static bool IsToken68(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> characters = text.TrimEnd('=');
        return !characters.IsEmpty && !characters.ContainsAnyExcept(Token68Characters);
    }

    /// <summary>What browsers send raw is more than RFC 3986 allows (<c>|</c>, <c>^</c>): every visible character of ASCII is taken.</summary>
    public static bool IsTarget(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    /// <summary>RFC 3986 section 2.3: an escape of one of these is an alias of the character itself.</summary>
    public static bool IsUnreserved(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';

    /// <summary>The byte that <c>%XX</c> at the start of the text stands for.</summary>
    public static bool TryReadEscape(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        if (text.Length < 3 || text[0] != '%' || !char.IsAsciiHexDigit((char)text[1]) || !char.IsAsciiHexDigit((char)text[2]))
            return false;
        value = (byte)((HexDigit(text[1]) << 4) | HexDigit(text[2]));
        return true;
    }

    /// <summary>The value of a character that is one.</summary>
    public static int HexDigit(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static SearchValues<byte> Set(string characters) => SearchValues.Create(Encoding.ASCII.GetBytes(characters));
}
