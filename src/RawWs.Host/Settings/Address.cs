using System.Globalization;

namespace RawWs.Host.Settings;

/// <summary>What an address to listen on, an origin and a host look like.</summary>
internal static class Address
{
    private const string UnixScheme = "unix:";

    public static bool IsListen(string text)
    {
        if (text.StartsWith(UnixScheme, StringComparison.Ordinal))
            return text.Length > UnixScheme.Length + 1 && text[UnixScheme.Length] == '/';
        return HasAuthorityOnly(text, out Uri? uri)
            && uri.Scheme is "ws" or "wss"
            && (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 || uri.Host == "localhost")
            && HasPort(text);
    }

    public static bool IsOrigin(string text) =>
        text == "*" || (HasAuthorityOnly(text, out Uri? uri) && uri.Host.Length > 0);

    public static bool IsHost(string text) =>
        Uri.CheckHostName(text) != UriHostNameType.Unknown && (!text.Contains(':') || text.StartsWith('['));

    /// <summary>A name that a client can ask for when TLS begins: never an address (RFC 6066 section 3).</summary>
    public static bool IsServerName(string text) =>
        Uri.CheckHostName(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text) == UriHostNameType.Dns;

    private static bool HasAuthorityOnly(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Uri? uri) =>
        Uri.TryCreate(text, UriKind.Absolute, out uri)
        && uri.UserInfo.Length == 0
        && text.IndexOfAny(['/', '?', '#', '\\', ' '], text.IndexOf("://", StringComparison.Ordinal) + 3) < 0;

    // a Uri fills in a default port that nobody wrote
    private static bool HasPort(string text) =>
        ushort.TryParse(text.AsSpan(text.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
