using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class RequestLineTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1", "GET", "", "/", "/")]
    [InlineData("PATCH /a/b?c=d?e HTTP/1.0", "PATCH", "", "/a/b", "/a/b?c=d?e")]
    [InlineData("a!#$%&'*+-.^_`|~1 /%zz//;\"<>\\^`{|}[]:@ HTTP/9.9", "a!#$%&'*+-.^_`|~1", "", "/%zz//;\"<>\\^`{|}[]:@", "/%zz//;\"<>\\^`{|}[]:@")]
    [InlineData("GET http://h HTTP/1.1", "GET", "h", "", "http://h")]
    [InlineData("GET ws://h?x HTTP/1.1", "GET", "h", "", "ws://h?x")]
    [InlineData("GET WSS://[::1]:8080/a?x HTTP/1.1", "GET", "[::1]:8080", "/a", "WSS://[::1]:8080/a?x")]
    [InlineData("GET https://h:443/ HTTP/1.1", "GET", "h:443", "/", "https://h:443/")]
    [InlineData("GET /http://h/ HTTP/1.1", "GET", "", "/http://h/", "/http://h/")]
    public void Parts_of_a_request_line_are_found(string text, string method, string authority, string path, string target)
    {
        RequestLine line = RequestLine.Parse(Bytes(text));
        Assert.Equal(method, text[..line.MethodLength]);
        Assert.Equal(authority, text.Substring(line.AuthorityStart, line.AuthorityLength));
        Assert.Equal(path, text.Substring(line.PathStart, line.PathLength));
        Assert.Equal(target, text[(line.MethodLength + 1)..line.TargetEnd]);
        Assert.Equal(text.Length, line.Length);
        Assert.Equal(text[^3], text[line.MajorVersionAt]);
        Assert.Equal(text[^1], text[line.MinorVersionAt]);
    }

    [Theory]
    [InlineData("GET", "no method")]
    [InlineData("G(T / HTTP/1.1", "no method")]
    [InlineData("GET\t/ HTTP/1.1", "no method")]
    [InlineData(" / HTTP/1.1", "no method")]
    [InlineData("GET ", "single spaces")]
    [InlineData("GET /", "single spaces")]
    [InlineData("GET  / HTTP/1.1", "single spaces")]
    [InlineData("GET /  HTTP/1.1", "version")]
    [InlineData("GET / HTTP/1.1 ", "version")]
    [InlineData("GET / x HTTP/1.1", "version")]     // a raw space in the target
    [InlineData("GET / ", "version")]
    [InlineData("GET / http/1.1", "version")]
    [InlineData("GET / HTTP/1", "version")]
    [InlineData("GET / HTTP/11", "version")]
    [InlineData("GET / HTTP/1.10", "version")]
    [InlineData("GET / HTTP/1,1", "version")]
    [InlineData("GET / HTTP/x.1", "version")]
    [InlineData("GET / HTTP/1.x", "version")]
    [InlineData("GET / HTTPS/1.1", "version")]
    [InlineData("GET /\t HTTP/1.1", "escaped")]
    [InlineData("GET /\xe9 HTTP/1.1", "escaped")]
    [InlineData("GET /#x HTTP/1.1", "fragment")]
    [InlineData("GET /?a#x HTTP/1.1", "fragment")]
    [InlineData("OPTIONS * HTTP/1.1", "OPTIONS")]
    [InlineData("CONNECT h:443 HTTP/1.1", "slash or a scheme")]
    [InlineData("GET chat HTTP/1.1", "slash or a scheme")]
    [InlineData("GET http:/h HTTP/1.1", "slash or a scheme")]
    [InlineData("GET ftp://h/ HTTP/1.1", "scheme is none of")]
    [InlineData("GET ://h/ HTTP/1.1", "scheme is none of")]
    [InlineData("GET http:///x HTTP/1.1", "target's host")]
    [InlineData("GET http://user@h/ HTTP/1.1", "target's host")]
    [InlineData("GET http://h:99999/ HTTP/1.1", "target's host")]
    [InlineData("GET http://[::1/ HTTP/1.1", "target's host")]
    [InlineData("GET http://h\\x/ HTTP/1.1", "target's host")]
    public void Illegal_request_line_is_400(string text, string fragment) =>
        Refused(() => RequestLine.Parse(Bytes(text)), 400, fragment);
}
