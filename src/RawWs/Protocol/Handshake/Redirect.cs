namespace RawWs.Protocol.Handshake;

/// <summary>Decides where an answer sends the client on to (RFC 9110 section 15.4).</summary>
internal static class Redirect
{
    public static bool IsRedirect(int status) => status is 301 or 302 or 303 or 307 or 308;

    /// <summary>The URI that <c>Location</c> names, and whether what is meant for the first origin may go there.</summary>
    /// <exception cref="WebSocketHandshakeException">It names none, or one where a client may not be sent.</exception>
    public static (WebSocketUri To, bool IsSameOrigin) Next(WebSocketUri from, ResponseHead answer) => throw new NotImplementedException();
}
