using System.Text;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class AuthorityTests
{
    [Theory]
    [InlineData("h", "h", null)]
    [InlineData("Server.Example.COM", "Server.Example.COM", null)]
    [InlineData("h:", "h", null)]                       // port = *DIGIT
    [InlineData("h:0", "h", 0)]
    [InlineData("h:00080", "h", 80)]
    [InlineData("h:65535", "h", 65535)]
    [InlineData("127.0.0.1:8080", "127.0.0.1", 8080)]
    [InlineData("[::1]", "[::1]", null)]
    [InlineData("[::1]:8080", "[::1]", 8080)]
    [InlineData("[0000:0000:0000:0000:0000:ffff:255.255.255.255]:1", "[0000:0000:0000:0000:0000:ffff:255.255.255.255]", 1)]
    [InlineData("a_b-c.~!$&'()*+;=", "a_b-c.~!$&'()*+;=", null)]
    [InlineData("%2Ftmp%2fx.sock", "%2Ftmp%2fx.sock", null)]
    public void Host_and_port_are_told_apart(string text, string host, int? port)
    {
        Assert.True(Authority.TryParse(Bytes(text), out ReadOnlySpan<byte> name, out int? number));
        Assert.Equal(host, Encoding.ASCII.GetString(name));
        Assert.Equal(port, number);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":80")]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("[::1")]
    [InlineData("[::1]x")]
    [InlineData("[::1]]")]
    [InlineData("[1.2.3.4]")]
    [InlineData("[::g]")]
    [InlineData("[1:2]")]
    [InlineData("[fe80::1%25eth0]")]
    [InlineData("[v1.x]")]
    [InlineData("[0000:0000:0000:0000:0000:0000:ffff:255.255.255.255]")]
    [InlineData("::1")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a,b")]
    [InlineData("a\\b")]
    [InlineData("a?b")]
    [InlineData("a\"b")]
    [InlineData("a<b")]
    [InlineData("a\xe9")]
    [InlineData("user@h")]
    [InlineData("user:pass@h")]
    [InlineData("%zz")]
    [InlineData("a%4")]
    [InlineData("h:65536")]
    [InlineData("h:99999999999999999999")]
    [InlineData("h:-1")]
    [InlineData("h:+1")]
    [InlineData("h:8o")]
    [InlineData("h: 80")]
    [InlineData("h:80:90")]
    public void Malformed_host_is_found(string text) => Assert.False(Authority.TryParse(Bytes(text), out _, out _));

    [Theory]
    [InlineData("h", 80, "h:80")]
    [InlineData("127.0.0.1", 65535, "127.0.0.1:65535")]
    [InlineData("::1", 1, "[::1]:1")]
    [InlineData("[::1]", 1, "[::1]:1")]
    [InlineData("fe80::1%eth0", 1, "[fe80::1]:1")]
    public void Host_and_port_are_joined(string host, int port, string authority)
    {
        Assert.Equal(authority, Authority.Of(host, port));
        Assert.True(Authority.TryParse(Encoding.ASCII.GetBytes(authority), out _, out int? read));
        Assert.Equal(port, read);
    }
}
