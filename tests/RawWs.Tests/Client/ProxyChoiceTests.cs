using RawWs.Client;
using Xunit;

namespace RawWs.Tests.Client;

public sealed class ProxyChoiceTests
{
    private const string Plain = "ws://example.com/";
    private const string Secure = "wss://example.com/";

    [Theory]
    [InlineData(Secure, "HTTPS_PROXY=http://a:1", "http://a:1")]
    [InlineData(Secure, "https_proxy=http://a:1", "http://a:1")]
    [InlineData(Secure, "https_proxy=http://a:1;HTTPS_PROXY=http://b:1", "http://a:1")]
    [InlineData(Secure, "HTTP_PROXY=http://a:1;http_proxy=http://a:1", null)]
    [InlineData(Plain, "http_proxy=http://a:1", "http://a:1")]
    [InlineData(Plain, "HTTP_PROXY=http://a:1", "http://a:1")]
    [InlineData(Plain, "http_proxy=http://a:1;HTTP_PROXY=http://b:1", "http://a:1")]
    [InlineData(Plain, "HTTPS_PROXY=http://a:1;https_proxy=http://a:1", null)]
    [InlineData(Plain, "ALL_PROXY=socks5://a", "socks5://a:1080")]
    [InlineData(Secure, "all_proxy=socks5h://a", "socks5://a:1080")]
    [InlineData(Secure, "ALL_PROXY=socks5://b;HTTPS_PROXY=http://a:1", "http://a:1")]
    [InlineData(Secure, "ALL_PROXY=socks5://b;HTTPS_PROXY=", "socks5://b:1080")]
    [InlineData(Secure, "HTTPS_PROXY= a:3128 ", "http://a:3128")]
    [InlineData(Secure, "HTTPS_PROXY=[::1]:3128", "http://[::1]:3128")]
    [InlineData(Secure, "HTTPS_PROXY=user:secret@a:3128/", "http://a:3128")]
    [InlineData(Secure, "", null)]
    public void The_variable_of_the_scheme_counts_then_the_one_for_all(string target, string variables, string? proxy) =>
        Assert.Equal(proxy, Find(target, variables)?.ToString());

    [Theory]
    [InlineData("HTTP_PROXY=http://evil:1;REQUEST_METHOD=GET", null)]
    [InlineData("HTTP_PROXY=http://evil:1;REQUEST_METHOD=", null)]
    [InlineData("HTTP_PROXY=http://evil:1;ALL_PROXY=http://a:1;REQUEST_METHOD=GET", "http://a:1")]
    [InlineData("HTTP_PROXY=http://evil:1;http_proxy=http://a:1;REQUEST_METHOD=GET", "http://a:1")]
    public void A_visitor_of_a_CGI_program_cannot_set_its_proxy(string variables, string? proxy)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There a visitor sets both");
        Assert.Equal(proxy, Find(Plain, variables)?.ToString());
    }

    [Theory]
    [InlineData("wss://example.com/", "example.com", false)]
    [InlineData("wss://example.com/", "example.com:443", false)]
    [InlineData("wss://example.com/", "example.com:80", true)]
    [InlineData("wss://example.com:80/", "example.com:80", false)]
    [InlineData("wss://[fd00::1]/", "fd00::/8", false)]
    [InlineData("wss://www.example.com/", "a,.example.com", false)]
    [InlineData("wss://example.org/", "example.com", true)]
    [InlineData("wss://b\u00fccher.example/", "xn--bcher-kva.example", false)]
    public void A_host_in_NO_PROXY_is_reached_straight(string target, string list, bool hasProxy)
    {
        Assert.Equal(hasProxy, Find(target, "HTTPS_PROXY=a:1;NO_PROXY=" + list) is not null);
        Assert.Equal(hasProxy, Find(target, "HTTPS_PROXY=a:1;NO_PROXY=*;no_proxy=" + list) is not null);
    }

    [Theory]
    [InlineData("ws://localhost:8080/")]
    [InlineData("ws://LOCALHOST./")]
    [InlineData("ws://127.0.0.1/")]
    [InlineData("ws://127.255.255.254/")]
    [InlineData("ws://[::1]/")]
    [InlineData("ws://[::ffff:127.0.0.1]/")]
    public void This_machine_is_never_reached_through_a_proxy_of_the_environment(string target) => Assert.Null(Find(target, "ALL_PROXY=a:1"));

    [Fact]
    public void A_proxy_of_the_callers_counts_whatever_the_environment_says()
    {
        WebSocketProxy own = WebSocketProxy.At(new Uri("socks5://own"));

        Assert.Equal("socks5://own:1080", ProxyChoice.Find(own, new Uri("ws://localhost/"), Environment("ALL_PROXY=a:1;NO_PROXY=*"))?.ToString());
        Assert.Null(ProxyChoice.Find(WebSocketProxy.None, new Uri(Plain), Environment("ALL_PROXY=a:1")));
    }

    [Theory]
    [InlineData("HTTPS_PROXY=https://user:secret@a", "The environment variable HTTPS_PROXY is malformed. TLS to a proxy (https) is not supported; a proxy's scheme is http or socks5.")]
    [InlineData("https_proxy=socks4://user:secret@a", "The environment variable https_proxy is malformed. A proxy's scheme is http or socks5.")]
    [InlineData("all_proxy=http://user:sec@ret@a", "The environment variable all_proxy is malformed. It is no address; characters in the user and the password that mean something in a URI stand there percent-encoded.")]
    [InlineData("ALL_PROXY=http://user:secret%0d%0a@a", "The environment variable ALL_PROXY is malformed. The user and the password of a proxy have no control characters.")]
    [InlineData("ALL_PROXY=a:1;NO_PROXY=secret:x", "The environment variable NO_PROXY is malformed. An entry has a port that is not a number from 0 to 65535.")]
    public void A_malformed_variable_is_named_and_its_value_is_not(string variables, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => Find(Secure, variables)).Message);

    private static ProxyAddress? Find(string target, string variables) =>
        ProxyChoice.Find(WebSocketProxy.FromEnvironment, new Uri(target), Environment(variables));

    private static Func<string, string?> Environment(string variables)
    {
        Dictionary<string, string> values = variables.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(static variable => variable.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
        return name => values.GetValueOrDefault(name);
    }
}
