using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class BearerTokenTests
{
    [Theory]
    [InlineData("Authorization: Bearer mF_9.B5f-4.1JqM", "mF_9.B5f-4.1JqM")]                  // RFC 6750 section 2.1
    [InlineData("authorization: bearer abc", "abc")]
    [InlineData("Authorization: BEARER  abc", "abc")]
    [InlineData("Authorization: Bearer a+/~_-.==", "a+/~_-.==")]
    public void Token_of_Authorization_is_found(string line, string token) => Assert.Equal(token, BearerToken.Find(Read(Get(line)).Headers));

    [Theory]
    [InlineData("X: Bearer abc")]
    [InlineData("Authorization: Basic abc")]
    [InlineData("Authorization: Bearer")]
    [InlineData("Authorization: Bearer ")]
    [InlineData("Authorization: Bearerabc")]
    [InlineData("Authorization: Bearer =")]
    [InlineData("Authorization: Bearer a=b")]
    [InlineData("Authorization: Bearer a b")]
    [InlineData("Authorization: Bearer a, Bearer b")]
    [InlineData("Authorization: Bearer a\u00e9")]
    public void What_is_no_token_of_Authorization_is_none(string line) => Assert.Null(BearerToken.Find(Read(Get(line)).Headers));

    [Fact]
    public void Of_two_fields_none_is_the_token() => Assert.Null(BearerToken.Find(Read(Get("Authorization: Bearer a", "Authorization: Bearer a")).Headers));

    [Theory]
    [InlineData(0, "Authorization: Basic abc")]
    [InlineData(1, "Authorization: Bearer a b")]
    [InlineData(2, "Authorization: Bearer a", "authorization: bearer b")]
    public void Fields_that_show_a_token_are_counted_whatever_it_looks_like(int count, params string[] lines) =>
        Assert.Equal(count, BearerToken.Count(Read(Get(lines)).Headers));
}
