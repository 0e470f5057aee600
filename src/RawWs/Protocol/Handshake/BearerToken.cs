using System.Buffers;
using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>The bearer token of <c>Authorization</c> (RFC 6750 section 2.1).</summary>
internal static class BearerToken
{
    /// <summary>RFC 6750 section 2.1, b64token.</summary>
    private static readonly SearchValues<byte> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/"u8);

    private static ReadOnlySpan<byte> Scheme => "Bearer"u8;

    /// <summary>The token; <see langword="null"/> when the field is not there, not there once, of another scheme, or holds no token.</summary>
    public static string? Find(HeaderBlock headers)
    {
        if (headers.Count("Authorization"u8, out ReadOnlySpan<byte> value) != 1 || !IsOfScheme(value))
            return null;
        ReadOnlySpan<byte> token = value[Scheme.Length..].TrimStart((byte)' ');
        ReadOnlySpan<byte> body = token.TrimEnd((byte)'=');
        return body.IsEmpty || body.ContainsAnyExcept(Characters) ? null : Encoding.ASCII.GetString(token);
    }

    /// <summary>How many lines show a token, well-formed or not.</summary>
    public static int Count(HeaderBlock headers)
    {
        int count = 0;
        foreach (HeaderLine header in headers.Lines)
            if (header.Is("Authorization"u8) && IsOfScheme(header.Value))
                count++;
        return count;
    }

    /// <exception cref="WebSocketHandshakeException">There is more than one.</exception>
    public static void RequireOne(bool isOne) => Refusal.Require(isOne, "More than one bearer token is given (RFC 6750 section 2)");

    /// <summary>The name of a scheme compares without case (RFC 9110 section 11.1).</summary>
    private static bool IsOfScheme(ReadOnlySpan<byte> value) =>
        value.Length > Scheme.Length && value[Scheme.Length] == ' ' && Ascii.EqualsIgnoreCase(value[..Scheme.Length], Scheme);
}
