using RawWs.Protocol.Proxy;
using Xunit;

namespace RawWs.Tests.Protocol.Proxy;

public sealed class HostAndPortTests
{
    [Theory]
    [InlineData("example.com", 80, "example.com:80")]
    [InlineData("127.0.0.1", 443, "127.0.0.1:443")]
    [InlineData("::1", 80, "[::1]:80")]
    [InlineData("[::1]", 80, "[::1]:80")]
    [InlineData("fe80::1%eth0", 80, "[fe80::1]:80")]
    [InlineData("fe80::1%25eth0", 80, "[fe80::1]:80")]
    public void An_IPv6_address_has_brackets_and_no_interface(string host, int port, string text) => Assert.Equal(text, HostAndPort.Format(host, port));
}
