using RawWs.Protocol.Handshake;
using Xunit;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class WebSocketUriTests
{
    [Theory]
    [InlineData("ws://h", false, "h", 80, "h", "/")]
    [InlineData("wss://h", true, "h", 443, "h", "/")]
    [InlineData("WS://H:80/A?B=c", false, "h", 80, "h", "/A?B=c")]
    [InlineData("ws://h:443/", false, "h", 443, "h:443", "/")]
    [InlineData("wss://h:80/", true, "h", 80, "h:80", "/")]
    [InlineData("ws://h?x", false, "h", 80, "h", "/?x")]
    [InlineData("ws://h/?", false, "h", 80, "h", "/?")]
    [InlineData("ws://127.0.0.1:8080/a%20b", false, "127.0.0.1", 8080, "127.0.0.1:8080", "/a%20b")]
    [InlineData("ws://[::1]/", false, "::1", 80, "[::1]", "/")]
    [InlineData("wss://[2001:DB8::1]:8443/", true, "2001:db8::1", 8443, "[2001:db8::1]:8443", "/")]
    [InlineData("ws://b\xfc" + "cher.example/\xfc?\xe4", false, "xn--bcher-kva.example", 80, "xn--bcher-kva.example", "/%C3%BC?%C3%A4")]
    [InlineData("ws://my_host./x/../y/./z", false, "my_host.", 80, "my_host.", "/y/z")]
    [InlineData("ws://h/a b|c", false, "h", 80, "h", "/a%20b%7Cc")]
    [InlineData("ws://h/%0d%0aEvil:1", false, "h", 80, "h", "/%0d%0aEvil:1")]     // escaped, so only text
    public void A_uri_is_taken_apart(string text, bool isSecure, string host, int port, string authority, string target)
    {
        WebSocketUri uri = WebSocketUri.Parse(new(text));
        Assert.Equal((isSecure, host, port, authority, target), (uri.IsSecure, uri.Host, uri.Port, uri.Authority, uri.Target));
        Assert.Null(uri.Authorization);
    }

    [Fact]
    public void The_zone_of_an_address_is_for_this_machine_only()
    {
        WebSocketUri uri = WebSocketUri.Parse(new("ws://[fe80::1%252]:9/"));
        Assert.StartsWith("fe80::1%", uri.Host, StringComparison.Ordinal);
        Assert.Equal("[fe80::1]:9", uri.Authority);
    }

    [Theory]
    [InlineData("ws://u:p@h/x?y", "u:p")]
    [InlineData("wss://u@[::1]:9/", "u:")]
    [InlineData("ws://:p@h/", ":p")]
    [InlineData("ws://u:p:q@h/", "u:p:q")]
    [InlineData("ws://u%40h:p%2Fq%3A@h/", "u@h:p/q:")]
    [InlineData("ws://%C3%BC:\u20ac@h/", "\xfc:\u20ac")]
    public void User_information_becomes_basic_credentials_and_goes_nowhere_else(string text, string credentials)
    {
        WebSocketUri uri = WebSocketUri.Parse(new(text));
        Assert.Equal("Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(credentials)), uri.Authorization);
        Assert.Equal("", uri.Uri.UserInfo);
        Assert.DoesNotContain("@", uri.Uri.OriginalString + uri, StringComparison.Ordinal);
        WebSocketUri same = WebSocketUri.Parse(new UriBuilder(text) { UserName = "", Password = "" }.Uri);
        Assert.Equal((same.IsSecure, same.Host, same.Port, same.Authority, same.Target), (uri.IsSecure, uri.Host, uri.Port, uri.Authority, uri.Target));
    }

    [Theory]
    [InlineData("http://h/", "The URI's scheme is http; it must be ws or wss (RFC 6455 section 3).")]
    [InlineData("https://u:secret@h/", "The URI's scheme is https")]
    [InlineData("file:///x", "The URI's scheme is file")]
    [InlineData("x", "not absolute")]
    [InlineData("ws://h/#f", "fragment")]
    [InlineData("ws://h/#", "fragment")]
    [InlineData("ws://h/?a#b", "fragment")]
    [InlineData("ws://h/\r\nEvil: 1", "control character")]
    [InlineData("ws://h/\r", "control character")]
    [InlineData("ws://h/x\n", "control character")]
    [InlineData("\nws://h/", "control character")]
    [InlineData("ws://h/\0", "control character")]
    [InlineData("ws://h/\t", "control character")]
    [InlineData("ws://h/\x7f", "control character")]
    [InlineData("ws://h/\x85", "control character")]
    [InlineData("ws://h/?token=secret\n", "control character")]
    [InlineData("ws://u:secret\r@h/", "control character")]
    [InlineData("ws://u%3Av:secret@h/", "colon")]
    [InlineData("ws://u%0d%0a:secret@h/", "control character")]
    [InlineData("ws://u:secret%00@h/", "control character")]
    public void What_is_no_websocket_uri_is_refused(string text, string fragment)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => WebSocketUri.Parse(new(text, UriKind.RelativeOrAbsolute)));
        Assert.Contains(fragment, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ws://h/a b", "must be escaped")]
    [InlineData("ws://h/\xe9", "must be escaped")]
    [InlineData("ws://h/a#b", "fragment")]
    public void A_uri_that_was_told_not_to_escape_is_refused_where_it_should_have(string text, string fragment)
    {
        Uri uri = new(text, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        Assert.Contains(fragment, Assert.Throws<ArgumentException>(() => WebSocketUri.Parse(uri)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ws://h/", "ws://H:80/other?x", true)]
    [InlineData("wss://h/", "wss://h:443/", true)]
    [InlineData("ws://h/", "wss://h/", false)]
    [InlineData("ws://h:443/", "wss://h/", false)]
    [InlineData("ws://h/", "ws://h:81/", false)]
    [InlineData("ws://h/", "ws://a.h/", false)]
    [InlineData("ws://h/", "ws://h./", false)]
    public void An_origin_is_scheme_host_and_port(string left, string right, bool isSame) =>
        Assert.Equal(isSame, WebSocketUri.Parse(new(left)).IsSameOriginAs(WebSocketUri.Parse(new(right))));

    [Fact]
    public void Its_text_has_neither_user_nor_query() => Assert.Equal("wss://h:8443/a", WebSocketUri.Parse(new("wss://u:p@h:8443/a?token=t")).ToString());
}
