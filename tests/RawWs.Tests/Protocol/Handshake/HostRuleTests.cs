using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class HostRuleTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LocalHost.:8080", true)]
    [InlineData("127.0.0.1:1", true)]
    [InlineData("[::1]:1", true)]
    [InlineData("evil.example", false)]             // DNS rebinding
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.2", false)]
    [InlineData("localhost..", false)]
    [InlineData(".", false)]
    public void Loopback_listener_serves_its_own_names(string host, bool isAllowed) =>
        Assert.Equal(isAllowed, HostRule.IsAllowed(Read($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"), [], loopbackListener: true));

    [Theory]
    [InlineData("app.example", true)]
    [InlineData("APP.example.:443", true)]
    [InlineData("dotted.example", true)]
    [InlineData("[2001:db8::1]:80", true)]
    [InlineData("other.example", false)]
    [InlineData("xapp.example", false)]
    [InlineData("localhost", false)]
    public void List_is_served_by_name_without_case_port_and_last_dot(string host, bool isAllowed)
    {
        RequestHead head = Read($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        string[] allowed = ["app.example", "Dotted.Example.", "[2001:db8::1]"];
        Assert.Equal(isAllowed, HostRule.IsAllowed(head, allowed, loopbackListener: false));
        Assert.Equal(isAllowed || host == "localhost", HostRule.IsAllowed(head, allowed, loopbackListener: true));
        Assert.True(HostRule.IsAllowed(head, [], loopbackListener: false));
    }

    [Fact]
    public void Host_of_an_absolute_target_must_be_served_too()
    {
        RequestHead head = Read("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.False(HostRule.IsAllowed(head, [], loopbackListener: true));
    }

    [Fact]
    public void Request_of_HTTP_1_0_need_not_name_a_host() =>
        Assert.True(HostRule.IsAllowed(Read("GET / HTTP/1.0\r\n\r\n"), [], loopbackListener: true));
}
