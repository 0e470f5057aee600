using RawWs.Protocol.Handshake;
using Xunit;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class BasicAuthorizationTests
{
    [Theory]
    [InlineData("Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")]    // RFC 7617 section 2
    [InlineData("test", "123\u00a3", "Basic dGVzdDoxMjPCow==")]                     // RFC 7617 section 2.1
    [InlineData("", "", "Basic Og==")]
    [InlineData("u", "p:q", "Basic dTpwOnE=")]
    public void Name_and_password_are_joined_by_a_colon_in_UTF_8(string user, string password, string value) => Assert.Equal(value, BasicAuthorization.Of(user, password));

    [Theory]
    [InlineData("u:v", "secret", "The user's name has a colon")]
    [InlineData("u\r\n", "secret", "The user's name has a control character")]
    [InlineData("u\0", "secret", "The user's name has a control character")]
    [InlineData("u", "secret\n", "The password has a control character")]
    [InlineData("u", "secret\x7f", "The password has a control character")]
    [InlineData("u", "secret\x85", "The password has a control character")]
    public void What_the_scheme_cannot_carry_is_refused_and_not_repeated(string user, string password, string fragment)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => BasicAuthorization.Of(user, password));
        Assert.Contains(fragment, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }
}
