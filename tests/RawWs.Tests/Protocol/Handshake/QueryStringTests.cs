using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class QueryStringTests
{
    [Theory]
    [InlineData("a=1", "a", "1")]
    [InlineData("a=1&b=2&a=3", "a", "1")]             // the first wins
    [InlineData("b=2&a=3", "a", "3")]
    [InlineData("&&a=1", "a", "1")]
    [InlineData("a", "a", "")]
    [InlineData("a=", "a", "")]
    [InlineData("a=b=c", "a", "b=c")]
    [InlineData("=x", "", "x")]
    [InlineData("%61=%62+c%2Bd", "a", "b c+d")]
    [InlineData("a+b=c", "a b", "c")]
    [InlineData("caf%C3%A9=%E2%82%AC", "caf\u00e9", "\u20ac")]
    [InlineData("a=%zz%4", "a", "%zz%4")]
    [InlineData("a=%80", "a", "\ufffd")]
    [InlineData("", "a", null)]
    [InlineData("&", "", null)]
    [InlineData("A=1&aa=2", "a", null)]
    public void Value_of_a_name_is_found_and_decoded(string query, string name, string? value) => Assert.Equal(value, QueryString.Find(Bytes(query), name));
}
