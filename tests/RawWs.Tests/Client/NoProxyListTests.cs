using RawWs.Client;
using Xunit;

namespace RawWs.Tests.Client;

public sealed class NoProxyListTests
{
    [Theory]
    [InlineData("*", "example.com")]
    [InlineData("a.example, *", "example.com")]
    [InlineData("example.com", "example.com")]
    [InlineData("EXAMPLE.com", "Example.COM")]
    [InlineData("example.com", "www.example.com")]
    [InlineData("example.com", "a.b.example.com")]
    [InlineData(".example.com", "example.com")]
    [InlineData(".example.com", "www.example.com")]
    [InlineData("example.com.", "example.com")]
    [InlineData("example.com", "example.com.")]
    [InlineData("a.example,example.com", "example.com")]
    [InlineData(" a.example ,\texample.com ", "example.com")]
    [InlineData("a.example example.com", "example.com")]
    [InlineData("example.com:8080", "example.com")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.1:8080", "10.0.0.1")]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("fd00::1", "fd00::1")]
    [InlineData("fd00:0::0:1", "fd00::1")]
    [InlineData("[fd00::1]", "fd00::1")]
    [InlineData("[fd00::1]:8080", "fd00::1")]
    [InlineData("10.0.0.0/8", "10.255.0.1")]
    [InlineData("10.1.2.3/8", "10.255.0.1")]
    [InlineData("10.0.0.0/8", "::ffff:10.255.0.1")]
    [InlineData("192.168.128.0/17", "192.168.255.255")]
    [InlineData("10.0.0.1/32", "10.0.0.1")]
    [InlineData("0.0.0.0/0", "203.0.113.9")]
    [InlineData("fd00::/8", "fdff::1")]
    [InlineData("fd00::/127", "fd00::1")]
    public void A_listed_host_is_covered(string list, string host) => Assert.True(NoProxyList.Covers(list, host, 8080));

    [Theory]
    [InlineData("", "example.com")]
    [InlineData(",, ,", "example.com")]
    [InlineData(".", "example.com")]
    [InlineData("example.com", "example.org")]
    [InlineData("example.com", "notexample.com")]
    [InlineData(".example.com", "notexample.com")]
    [InlineData("www.example.com", "example.com")]
    [InlineData("*.example.com", "www.example.com")]       // curl knows no pattern but the lone star
    [InlineData("example.com:80", "example.com")]
    [InlineData("10.0.0.1", "10.0.0.2")]
    [InlineData("0.0.1", "10.0.0.1")]
    [InlineData(".0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.1:80", "10.0.0.1")]
    [InlineData("fd00::1", "fd00::2")]
    [InlineData("[fd00::1]:80", "fd00::1")]
    [InlineData("10.0.0.0/8", "11.0.0.1")]
    [InlineData("192.168.128.0/17", "192.168.127.255")]
    [InlineData("fd00::/127", "fd00::2")]
    [InlineData("0.0.0.0/0", "fd00::1")]
    [InlineData("10.0.0.0/8", "example.com")]
    public void Another_host_is_not(string list, string host) => Assert.False(NoProxyList.Covers(list, host, 8080));

    [Theory]
    [InlineData("10.0.0.0/33", "An entry is no block of addresses like 10.0.0.0/8 or fd00::/8")]
    [InlineData("fd00::/129", "An entry is no block of addresses like 10.0.0.0/8 or fd00::/8")]
    [InlineData("10.0.0.0/", "An entry is no block of addresses like 10.0.0.0/8 or fd00::/8")]
    [InlineData("10.0.0.0/-1", "An entry is no block of addresses like 10.0.0.0/8 or fd00::/8")]
    [InlineData("http://secret@h", "An entry is no block of addresses like 10.0.0.0/8 or fd00::/8")]
    [InlineData("example.com:", "An entry has a port that is not a number from 0 to 65535")]
    [InlineData("example.com:65536", "An entry has a port that is not a number from 0 to 65535")]
    [InlineData(":x", "An entry has a port that is not a number from 0 to 65535")]
    [InlineData("*,example.com:x", "An entry has a port that is not a number from 0 to 65535")]
    public void A_malformed_entry_is_told_and_not_quoted(string list, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => NoProxyList.Covers(list, "example.com", 8080)).Message);
}
