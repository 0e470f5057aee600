using RawWs.Client;
using Xunit;

namespace RawWs.Tests.Api;

public sealed class WebSocketProxyTests
{
    [Theory]
    [InlineData("http://proxy", ProxyKind.Http, "proxy", 80, null, null)]
    [InlineData("HTTP://proxy:3128/", ProxyKind.Http, "proxy", 3128, null, null)]
    [InlineData("socks5://proxy", ProxyKind.Socks5, "proxy", 1080, null, null)]
    [InlineData("socks5h://proxy:1", ProxyKind.Socks5, "proxy", 1, null, null)]
    [InlineData("socks5://[::1]:1080", ProxyKind.Socks5, "::1", 1080, null, null)]
    [InlineData("http://user:secret@proxy:3128", ProxyKind.Http, "proxy", 3128, "user", "secret")]
    [InlineData("http://user@proxy", ProxyKind.Http, "proxy", 80, "user", "")]
    [InlineData("http://:secret@proxy", ProxyKind.Http, "proxy", 80, "", "secret")]
    [InlineData("http://us%40er:a:b%2Fc%C3%A9@proxy", ProxyKind.Http, "proxy", 80, "us@er", "a:b/c\u00e9")]
    [InlineData("socks5://a%3Ab:c@proxy", ProxyKind.Socks5, "proxy", 1080, "a:b", "c")]
    internal void A_proxy_is_taken_apart(string address, ProxyKind kind, string host, int port, string? user, string? password) =>
        Assert.Equal(new ProxyAddress(kind, host, port, user, password), WebSocketProxy.At(new Uri(address)).Address);

    [Theory]
    [InlineData("https://user:secret@proxy", "TLS to a proxy (https) is not supported; a proxy's scheme is http or socks5.")]
    [InlineData("ftp://user:secret@proxy", "A proxy's scheme is http or socks5.")]
    [InlineData("socks4://user:secret@proxy", "A proxy's scheme is http or socks5.")]
    [InlineData("socks5://", "The address of a proxy has a host, like http://proxy:3128.")]
    [InlineData("http://user:secret@proxy/path", "The address of a proxy has nothing behind its port.")]
    [InlineData("http://user:secret@proxy?query", "The address of a proxy has nothing behind its port.")]
    [InlineData("http://user:secret@proxy#fragment", "The address of a proxy has nothing behind its port.")]
    [InlineData("http://user:secret%0d@proxy", "The user and the password of a proxy have no control characters.")]
    [InlineData("http://us%0aer:secret@proxy", "The user and the password of a proxy have no control characters.")]
    [InlineData("socks5://user:secret%00@proxy", "The user and the password of a proxy have no control characters.")]
    [InlineData("http://us%3Aer:secret@proxy", "The user of an HTTP proxy has no colon (RFC 7617 section 2).")]
    [InlineData("socks5://:secret@proxy", "The user of a SOCKS5 proxy has 1 to 255 bytes (RFC 1929 section 2).")]
    public void An_address_of_no_proxy_is_the_callers_mistake(string address, string message)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => WebSocketProxy.At(new Uri(address)));

        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_relative_address_is_the_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => WebSocketProxy.At(new Uri("proxy", UriKind.Relative)));
        Assert.Throws<ArgumentNullException>(() => WebSocketProxy.At(null!));
    }

    [Fact]
    public void Credentials_are_never_written()
    {
        WebSocketProxy proxy = WebSocketProxy.At(new Uri("socks5://user:secret@[fd00::1]"));

        Assert.Equal("socks5://[fd00::1]:1080", proxy.ToString());
        Assert.Equal("socks5://[fd00::1]:1080", proxy.Address!.ToString());
        Assert.Equal("none", WebSocketProxy.None.ToString());
        Assert.Equal("by the environment", WebSocketProxy.FromEnvironment.ToString());
    }
}
