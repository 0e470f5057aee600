using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class OriginRuleTests
{
    [Theory]
    [InlineData("h", "http://h", true)]
    [InlineData("h", "https://h", true)]                 // TLS may end at a proxy
    [InlineData("h", "HTTP://H", true)]
    [InlineData("h:80", "http://h", true)]
    [InlineData("h", "http://h:80", true)]
    [InlineData("h:443", "https://h", true)]
    [InlineData("h", "https://h:443", true)]
    [InlineData("h:8080", "http://h:8080", true)]
    [InlineData("h:8080", "https://h:8080", true)]
    [InlineData("[::1]:8080", "http://[::1]:8080", true)]
    [InlineData("h", "ws://h", true)]
    [InlineData("h", "http://h:8080", false)]            // the same host, another port
    [InlineData("h:8080", "http://h", false)]
    [InlineData("h:80", "https://h", false)]
    [InlineData("h:443", "http://h", false)]
    [InlineData("h", "https://evil", false)]
    [InlineData("h", "http://h.evil", false)]
    [InlineData("h", "http://evil/h", false)]
    [InlineData("h", "http://h/", false)]
    [InlineData("h", "http://user@h", false)]
    [InlineData("h", "http://h http://h", false)]
    [InlineData("h", "null", false)]
    [InlineData("h", "", false)]
    [InlineData("h", "h", false)]
    [InlineData("h", "://h", false)]
    [InlineData("h", "file://h", false)]
    [InlineData("h", "chrome-extension://h", false)]
    [InlineData("null", "null", false)]
    public void Same_origin_has_the_host_and_port_of_the_request(string host, string origin, bool isAllowed) =>
        Assert.Equal(isAllowed, OriginRule.IsAllowed(Read($"GET / HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n\r\n"), [], allowMissing: true));

    [Theory]
    [InlineData("https://app.example", true)]
    [InlineData("https://APP.example", true)]
    [InlineData("null", true)]
    [InlineData("http://app.example", false)]
    [InlineData("https://app.example:444", false)]
    public void Listed_origin_is_allowed(string origin, bool isAllowed)
    {
        RequestHead head = Read(Get($"Origin: {origin}"));
        Assert.Equal(isAllowed, OriginRule.IsAllowed(head, ["https://app.example", "null"], allowMissing: false));
        Assert.False(OriginRule.IsAllowed(head, ["https://other.example"], allowMissing: true));
        Assert.True(OriginRule.IsAllowed(head, ["https://other.example", "*"], allowMissing: false));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Missing_origin_is_a_setting(bool allowMissing)
    {
        Assert.Equal(allowMissing, OriginRule.IsAllowed(Read(Get()), [], allowMissing));
        Assert.Equal(allowMissing, OriginRule.IsAllowed(Read(Get()), ["*"], allowMissing));
    }

    [Fact]
    public void Origin_given_twice_is_400() =>
        Refused(() => OriginRule.IsAllowed(Read(Get("Origin: http://h", "origin: http://h")), ["*"], allowMissing: true), 400, "Origin is given twice");

    [Fact]
    public void Host_of_an_absolute_target_is_what_the_origin_is_compared_with()
    {
        RequestHead head = Read("GET http://target:1/ HTTP/1.1\r\nHost: h\r\nOrigin: http://target:1\r\n\r\n");
        Assert.True(OriginRule.IsAllowed(head, [], allowMissing: true));
    }
}
