using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class RouteValueTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("a+b", "a+b")]                        // a plus is a plus in a path
    [InlineData("%20", " ")]
    [InlineData("%2525", "%25")]                      // decoded once
    [InlineData("%3a%3B", ":;")]
    [InlineData("%C3%A9%e2%82%ac%F0%9F%98%80", "\u00e9\u20ac\U0001F600")]
    public void Value_is_decoded_once_as_UTF_8(string segment, string value) => Assert.Equal(value, RouteValue.Decode(Bytes(segment)));

    [Theory]
    [InlineData("%", "malformed escape")]
    [InlineData("a%4", "malformed escape")]
    [InlineData("%zz", "malformed escape")]
    [InlineData("%u0041", "malformed escape")]
    [InlineData("%61", "needs no escape")]
    [InlineData("%5A", "needs no escape")]
    [InlineData("%30", "needs no escape")]
    [InlineData("%2e%2e", "needs no escape")]
    [InlineData("%2D", "needs no escape")]
    [InlineData("%5f", "needs no escape")]
    [InlineData("%7E", "needs no escape")]
    [InlineData("a%2Fb", "escaped slash")]
    [InlineData("a%2fb", "escaped slash")]
    [InlineData("a%5Cb", "backslash")]
    [InlineData("a\\b", "backslash")]
    [InlineData("%00", "control character")]
    [InlineData("%0d%0a", "control character")]
    [InlineData("%1B", "control character")]
    [InlineData("%7f", "control character")]
    [InlineData("%C2%85", "control character")]       // U+0085
    [InlineData("%80", "not UTF-8")]
    [InlineData("%C3", "not UTF-8")]
    [InlineData("%C0%AF", "not UTF-8")]               // an overlong slash
    [InlineData("%ED%A0%80", "not UTF-8")]            // a surrogate
    [InlineData("%F4%90%80%80", "not UTF-8")]
    public void Value_with_a_second_spelling_is_400(string segment, string fragment)
    {
        Refused(() => RouteValue.Decode(Bytes(segment)), 400, fragment);
        Refused(() => new PathTemplate("/{a}").TryMatch(Bytes("/" + segment), out _), 400, fragment);
    }
}
