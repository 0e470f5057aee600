using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;
using static RawWs.Tests.Protocol.Handshake.Responses;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class RedirectTests
{
    [Theory]
    [InlineData("ws://h/a/b?q", "/x", "ws://h/x", true)]
    [InlineData("ws://h/a/b?q", "x", "ws://h/a/x", true)]
    [InlineData("ws://h/a/b?q", "../x?y", "ws://h/x?y", true)]
    [InlineData("ws://h/a/b?q", "?y", "ws://h/a/b?y", true)]
    [InlineData("ws://h:8080/a", "/x#fragment", "ws://h:8080/x", true)]
    [InlineData("ws://h/a", "//i/x", "ws://i/x", false)]
    [InlineData("ws://h/a", "ws://h/x", "ws://h/x", true)]
    [InlineData("ws://h/a", "http://h/x#f", "ws://h/x", true)]
    [InlineData("ws://h/a", "HTTP://H:80/x", "ws://h/x", true)]
    [InlineData("ws://h/a", "http://h:8080/x", "ws://h:8080/x", false)]
    [InlineData("ws://h/a", "https://h/x", "wss://h/x", false)]
    [InlineData("ws://h/a", "https://h:444/x", "wss://h:444/x", false)]
    [InlineData("ws://h/a", "wss://h/x", "wss://h/x", false)]
    [InlineData("wss://h/a", "https://h/x", "wss://h/x", true)]
    [InlineData("wss://h/a", "/x", "wss://h/x", true)]
    [InlineData("wss://h/a", "https://i/x", "wss://i/x", false)]
    [InlineData("wss://h/a", "//h.evil.example/x", "wss://h.evil.example/x", false)]
    [InlineData("wss://h/a", "https://[::1]:1/", "wss://[::1]:1/", false)]
    [InlineData("wss://h/a", "/x%0d%0aEvil:1", "wss://h/x%0d%0aEvil:1", true)]
    public void Location_is_resolved_against_the_uri_that_was_asked_for(string from, string location, string to, bool isSameOrigin)
    {
        foreach (int status in (int[])[301, 302, 303, 307, 308])
        {
            (WebSocketUri next, bool isSame) = Redirect.Next(WebSocketUri.Parse(new(from)), Answered(status, "Location: " + location));
            Assert.Equal(new Uri(to), next.Uri);
            Assert.DoesNotContain("#", next.Uri.OriginalString, StringComparison.Ordinal);
            Assert.Equal(isSameOrigin, isSame);
        }
    }

    [Theory]
    [InlineData("wss://h/a", "http://h/x", "whose Location leads from wss://h/a to ws://h/x, which is not encrypted")]
    [InlineData("wss://h/a", "ws://h/x?token=secret", "leads from wss://h/a to ws://h/x, which is not encrypted")]
    [InlineData("wss://h/a", "ws://h:443/x", "not encrypted")]
    [InlineData("ws://h/a", "ftp://h/x", "leads nowhere (RFC 9110 section 10.2.2): The URI's scheme is ftp")]
    [InlineData("ws://h/a", "file:///etc/passwd", "The URI's scheme is file")]
    [InlineData("ws://h/a", "javascript:alert(1)", "The URI's scheme is javascript")]
    [InlineData("ws://h/a", "C:/x", "The URI's scheme is file")]
    [InlineData("ws://h/a", "http://u:secret@h/x", "names a user, which only the caller may (RFC 9110 section 4.2.4)")]
    [InlineData("ws://h/a", "//secret@h/x", "names a user")]
    [InlineData("ws://h/a", "\\\\i\\x", "must be escaped")]
    [InlineData("ws://h/a", "/\\i/x", "must be escaped")]
    [InlineData("ws://h/a", "/a b", "must be escaped (RFC 3986 section 2)")]
    [InlineData("ws://h/a", "/\xe9", "must be escaped")]
    [InlineData("ws://h/a", "", "is empty")]
    [InlineData("ws://h/a", "http://[", "is malformed (RFC 9110 section 10.2.2)")]
    [InlineData("ws://h/a", "http://h:99999/", "is malformed")]
    [InlineData("ws://h/a", "http:///x", "is malformed")]
    [InlineData("ws://h/a", "http:x", "is malformed")]
    public void A_client_is_not_sent_there(string from, string location, string rule)
    {
        WebSocketHandshakeException refusal = Refused(() => Redirect.Next(WebSocketUri.Parse(new(from)), Answered(302, "Location: " + location)), 302, rule);
        Assert.StartsWith("The server answered 302, whose Location ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("Location", Assert.Single(refusal.Headers).Key);
    }

    [Fact]
    public void A_redirect_without_one_location_is_refused()
    {
        WebSocketUri from = WebSocketUri.Parse(new("ws://h/"));
        Refused(() => Redirect.Next(from, Answered(301)), 301, "whose Location is missing (RFC 9110 section 15.4)");
        Refused(() => Redirect.Next(from, Answered(307, "Location: /x", "Location: /x")), 307, "whose Location is given twice (RFC 9110 section 10.2.2)");
    }

    [Theory]
    [InlineData("/x", true)]
    [InlineData("//i/x", false)]
    public void The_user_of_the_uri_goes_on_to_the_same_origin_only(string location, bool goesOn)
    {
        WebSocketUri from = WebSocketUri.Parse(new("ws://u:p@h/"));
        Assert.Equal(goesOn ? from.Authorization : null, Redirect.Next(from, Answered(302, "Location: " + location)).To.Authorization);
    }

    [Theory]
    [InlineData(300, false)]
    [InlineData(301, true)]
    [InlineData(302, true)]
    [InlineData(303, true)]
    [InlineData(304, false)]
    [InlineData(305, false)]
    [InlineData(306, false)]
    [InlineData(307, true)]
    [InlineData(308, true)]
    [InlineData(200, false)]
    [InlineData(101, false)]
    public void Five_statuses_are_redirects(int status, bool isRedirect) => Assert.Equal(isRedirect, Redirect.IsRedirect(status));

    private static ResponseHead Answered(int status, params string[] lines) => ReadResponse(Response($"HTTP/1.1 {status} x", lines));
}
