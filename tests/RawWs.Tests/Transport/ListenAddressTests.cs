using System.Net;
using System.Net.Sockets;
using RawWs.Transport;
using Xunit;

namespace RawWs.Tests.Transport;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("ws://127.0.0.1:8080", "127.0.0.1", 8080, true)]
    [InlineData("WS://127.0.0.1:8080", "127.0.0.1", 8080, true)]
    [InlineData("ws://[::1]:0", "::1", 0, true)]
    [InlineData("ws://localhost:80", "127.0.0.1", 80, true)]
    [InlineData("ws://LocalHost:80", "127.0.0.1", 80, true)]
    [InlineData("ws://0.0.0.0:65535", "0.0.0.0", 65535, false)]
    [InlineData("ws://[::]:80", "::", 80, false)]
    [InlineData("ws://127.9.9.9:80", "127.9.9.9", 80, true)]
    [InlineData("ws://192.168.1.7:80", "192.168.1.7", 80, false)]
    public void An_address_says_what_to_bind(string text, string address, int port, bool isLoopback)
    {
        ListenAddress parsed = ListenAddress.Parse(text);

        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), port), parsed.EndPoint);
        Assert.Equal(isLoopback, parsed.IsLoopback);
        Assert.False(parsed.IsDualStack);
    }

    [Fact]
    public void A_star_is_every_address_of_both_families()
    {
        ListenAddress parsed = ListenAddress.Parse("ws://*:80");

        Assert.Equal(new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 80), parsed.EndPoint);
        Assert.Equal(Socket.OSSupportsIPv6, parsed.IsDualStack);
        Assert.False(parsed.IsLoopback);
    }

    [Theory]
    [InlineData("wss://127.0.0.1:443", true)]
    [InlineData("WSS://localhost:443", true)]
    [InlineData("wss://*:443", true)]
    [InlineData("wss://[::]:443", true)]
    [InlineData("ws://127.0.0.1:443", false)]
    [InlineData("ws://*:443", false)]
    [InlineData("unix:/run/a.sock", false)]
    public void The_scheme_wss_means_TLS(string text, bool isSecure) => Assert.Equal(isSecure, ListenAddress.Parse(text).IsSecure);

    [Fact]
    public void A_unix_socket_is_a_path_and_not_loopback()
    {
        ListenAddress parsed = ListenAddress.Parse("unix:/run/a b.sock");

        Assert.Equal("/run/a b.sock", Assert.IsType<UnixDomainSocketEndPoint>(parsed.EndPoint).ToString());
        Assert.False(parsed.IsLoopback);
        Assert.Equal("unix:/run/a b.sock", parsed.ToUri(0).OriginalString);
        Assert.Equal("/run/a b.sock", parsed.ToUri(0).LocalPath);
    }

    [Theory]
    [InlineData("ws://127.0.0.1:0", "ws://127.0.0.1:4711")]
    [InlineData("ws://localhost:0", "ws://127.0.0.1:4711")]
    [InlineData("ws://[::1]:0", "ws://[::1]:4711")]
    [InlineData("ws://0.0.0.0:0", "ws://0.0.0.0:4711")]
    [InlineData("wss://127.0.0.1:0", "wss://127.0.0.1:4711")]
    [InlineData("WSS://[::1]:0", "wss://[::1]:4711")]
    public void Its_uri_has_the_port_that_was_bound_and_no_path(string text, string uri) =>
        Assert.Equal(uri, ListenAddress.Parse(text).ToUri(4711).OriginalString);

    [Theory]
    [InlineData("", "is not an address")]
    [InlineData("127.0.0.1:80", "is not an address")]
    [InlineData("http://127.0.0.1:80", "is not an address")]
    [InlineData("wss:127.0.0.1:80", "is not an address")]
    [InlineData("wss://127.0.0.1", "has no port")]
    [InlineData("wss://example.com:443", "has a host that is neither")]
    [InlineData("ws://", "has no port")]
    [InlineData("ws://127.0.0.1", "has no port")]
    [InlineData("ws://[::1]", "has no port")]
    [InlineData("ws://127.0.0.1:", "has a port that is not a number")]
    [InlineData("ws://127.0.0.1:65536", "has a port that is not a number")]
    [InlineData("ws://127.0.0.1:-1", "has a port that is not a number")]
    [InlineData("ws://127.0.0.1:+1", "has a port that is not a number")]
    [InlineData("ws://127.0.0.1: 80", "has a port that is not a number")]
    [InlineData("ws://127.0.0.1:80/", "has a port that is not a number")]
    [InlineData("ws://127.0.0.1:80/echo", "has a port that is not a number")]
    [InlineData("ws://:80", "has a host that is neither")]
    [InlineData("ws://example.com:80", "has a host that is neither")]
    [InlineData("ws://::1:80", "has a host that is neither")]
    [InlineData("ws://[127.0.0.1]:80", "has a host that is neither")]
    [InlineData("ws://user@127.0.0.1:80", "has a host that is neither")]
    [InlineData("ws://127.1:80", "is 127.0.0.1 meant?")]
    [InlineData("ws://0x7f.0.0.1:80", "is 127.0.0.1 meant?")]
    [InlineData("ws://010.0.0.1:80", "is 8.0.0.1 meant?")]
    [InlineData("unix:", "has no absolute path")]
    [InlineData("unix:run/a.sock", "has no absolute path")]
    [InlineData("unix:/run/a\0b", "has no absolute path")]
    public void Anything_else_is_refused_with_what_is_allowed(string text, string why)
    {
        string message = Assert.Throws<FormatException>(() => ListenAddress.Parse(text)).Message;

        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.Contains("ws://", message, StringComparison.Ordinal);
        Assert.StartsWith($"'{text}'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_no_unix_socket_can_have_is_refused() =>
        Assert.Contains("too long", Assert.Throws<FormatException>(() => ListenAddress.Parse("unix:/" + new string('x', 200))).Message, StringComparison.Ordinal);
}
