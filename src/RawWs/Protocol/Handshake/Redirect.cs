using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Decides where an answer sends the client on to (RFC 9110 section 15.4).</summary>
internal static class Redirect
{
    public static bool IsRedirect(int status) => status is 301 or 302 or 303 or 307 or 308;

    /// <summary>The URI that <c>Location</c> names, and whether what is meant for the first origin may go there, as the user information of its URI does.</summary>
    /// <exception cref="WebSocketHandshakeException">It names none, or one where a client may not be sent.</exception>
    public static (WebSocketUri To, bool IsSameOrigin) Next(WebSocketUri from, ResponseHead answer)
    {
        Require(Uri.TryCreate(from.Uri, ReadLocation(answer), out Uri? target), answer, "is malformed (RFC 9110 section 10.2.2)");
        Require(target.UserInfo.Length == 0, answer, "names a user, which only the caller may (RFC 9110 section 4.2.4)");
        target = AsWebSocket(target);
        if (WebSocketUri.FindFault(target) is { } fault)
            Fail(answer, $"leads nowhere (RFC 9110 section 10.2.2): {fault.TrimEnd('.')}");
        WebSocketUri to = WebSocketUri.Parse(target);
        Require(to.IsSecure || !from.IsSecure, answer, $"leads from {from} to {to}, which is not encrypted (RFC 6455 section 10.6)");
        bool isSameOrigin = to.IsSameOriginAs(from);
        return (isSameOrigin ? to.With(from.Authorization) : to, isSameOrigin);
    }

    private static string ReadLocation(ResponseHead answer)
    {
        int count = answer.Headers.Count("Location"u8, out ReadOnlySpan<byte> location);
        Require(count > 0, answer, "is missing (RFC 9110 section 15.4)");
        Require(count == 1, answer, "is given twice (RFC 9110 section 10.2.2)");
        Require(!location.IsEmpty, answer, "is empty (RFC 9110 section 10.2.2)");
        // to some readers a backslash is a slash, so that /\host would lead to another host
        Require(HttpCharacters.IsTarget(location) && !location.Contains((byte)'\\'), answer, "has a character that must be escaped (RFC 3986 section 2)");
        return Encoding.ASCII.GetString(location);
    }

    /// <summary>Without its fragment, which is for whoever shows the resource; to a server that speaks both, http is another name of ws.</summary>
    private static Uri AsWebSocket(Uri target)
    {
        string text = target.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped);
        return target.Scheme is "http" or "https" ? new(WebSocketUri.Plain + text["http".Length..]) : new(text);
    }

    private static void Require([DoesNotReturnIf(false)] bool holds, ResponseHead answer, string rule)
    {
        if (!holds)
            Fail(answer, rule);
    }

    [DoesNotReturn]
    private static void Fail(ResponseHead answer, string rule) =>
        throw new WebSocketHandshakeException(answer.Status, $"The server answered {answer.Status}, whose Location {rule}", answer.Headers.All());
}
