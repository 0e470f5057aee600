using Xunit;

namespace RawWs.Tests.Api;

public sealed class WebSocketCredentialsTests
{
    [Fact]
    public void Basic_credentials_are_those_of_RFC_7617_section_2() =>
        Assert.Equal("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", WebSocketCredentials.Basic("Aladdin", "open sesame").Authorization);

    [Theory]
    [InlineData("mF_9.B5f-4.1JqM")]                          // RFC 6750 section 2.1
    [InlineData("a")]
    [InlineData("aA0-._~+/==")]
    public void A_bearer_token_is_sent_as_it_is(string token) => Assert.Equal("Bearer " + token, WebSocketCredentials.Bearer(token).Authorization);

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("se=cret")]
    [InlineData("secret ")]
    [InlineData("se cret")]
    [InlineData("secret\r\nEvil: 1")]
    [InlineData("secret\0")]
    [InlineData("secret,")]
    [InlineData("secret\xe9")]
    public void What_is_no_token_is_refused_and_not_repeated(string token)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => WebSocketCredentials.Bearer(token));
        Assert.Contains("RFC 6750 section 2.1", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Their_text_names_the_scheme_and_nothing_secret()
    {
        Assert.Equal("Basic", WebSocketCredentials.Basic("u", "p").ToString());
        Assert.Equal("Bearer", WebSocketCredentials.Bearer("t").ToString());
    }
}
