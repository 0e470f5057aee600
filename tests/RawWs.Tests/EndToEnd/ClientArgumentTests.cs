using System.Net;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>CR, LF and NUL in what the caller gives would be lines of the caller's own in the request: refused before there is a connection.</summary>
public sealed class ClientArgumentTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static IEnumerable<TheoryDataRow<string, string>> Injections =>
        from argument in (string[])["path", "query", "user", "password", "header name", "header value", "subprotocol", "origin", "cookie name", "cookie value"]
        from injected in (string[])["\r\nEvil: 1", "\rEvil", "\nEvil: 1", "\0"]
        select new TheoryDataRow<string, string>(argument, injected);

    [Theory]
    [MemberData(nameof(Injections))]
    public Task Line_end_in_an_argument_is_refused(string argument, string injected) => RefuseAsync(server =>
    {
        WebSocketClientOptions options = new() { Proxy = WebSocketProxy.None };
        string value = "a" + injected + "b";
        return argument switch
        {
            "path" => (new Uri($"ws://127.0.0.1:{server.Port}/{value}"), options),
            "query" => (new Uri($"ws://127.0.0.1:{server.Port}/?{value}"), options),
            "user" => (new Uri($"ws://{Uri.EscapeDataString(value)}:secret@127.0.0.1:{server.Port}/"), options),
            "password" => (new Uri($"ws://user:{Uri.EscapeDataString(value)}@127.0.0.1:{server.Port}/"), options),
            "header name" => (server.Endpoint, options with { Headers = [new(value, "value")] }),
            "header value" => (server.Endpoint, options with { Headers = [new("X-Own", value)] }),
            "subprotocol" => (server.Endpoint, options with { Subprotocols = ["chat", value] }),
            "origin" => (server.Endpoint, options with { Origin = value }),
            "cookie name" => (server.Endpoint, options with { Headers = [new("Cookie", value + "=1")] }),
            _ => (server.Endpoint, options with { Headers = [new("Cookie", "a=" + value)] }),
        };
    });

    [Theory]
    [InlineData("\r\nEvil: 1")]
    [InlineData("\n")]
    [InlineData("\0")]
    public void Line_end_in_credentials_is_refused_where_they_are_made(string injected)
    {
        Assert.Throws<ArgumentException>(() => WebSocketCredentials.Basic("user" + injected, "password"));
        Assert.Throws<ArgumentException>(() => WebSocketCredentials.Basic("user", "password" + injected));
        Assert.Throws<ArgumentException>(() => WebSocketCredentials.Bearer("token" + injected));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    public Task Line_end_in_a_proxys_credentials_is_refused(string scheme) => RefuseAsync(server =>
        (server.Endpoint, new WebSocketClientOptions { Proxy = WebSocketProxy.At(new Uri($"{scheme}://user:pass%0d%0aEvil: 1@127.0.0.1:{server.Port}")) }));

    /// <summary>The framework's container judges a cookie when it takes it, and not what becomes of it later.</summary>
    [Theory]
    [InlineData("\r\nEvil: 1")]
    [InlineData("\n")]
    [InlineData("\0")]
    public Task Line_end_in_a_cookie_of_the_container_is_refused(string injected) => RefuseAsync(server =>
    {
        CookieContainer cookies = new();
        cookies.Add(new Cookie("name", "value", "/", "127.0.0.1"));
        cookies.GetAllCookies()["name"]!.Value += injected;
        return (server.Endpoint, new WebSocketClientOptions { Proxy = WebSocketProxy.None, Cookies = cookies });
    });

    [Theory]
    [InlineData("Host")]
    [InlineData("upgrade")]
    [InlineData("Connection")]
    [InlineData("Sec-WebSocket-Key")]
    [InlineData("Sec-WebSocket-Version")]
    [InlineData("Sec-WebSocket-Accept")]
    [InlineData("Sec-WebSocket-Extensions")]
    [InlineData("Sec-WebSocket-Protocol")]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    [InlineData("X Own")]
    [InlineData("X:Own")]
    [InlineData("")]
    [InlineData("\u00dcber")]
    public Task Header_name_that_is_no_token_or_not_the_callers_is_refused(string name) => RefuseAsync(server =>
        (server.Endpoint, new WebSocketClientOptions { Proxy = WebSocketProxy.None, Headers = [new(name, "value")] }));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a,b")]
    [InlineData("\u00e9")]
    public Task Subprotocol_that_is_no_token_is_refused(string subprotocol) => RefuseAsync(server =>
        (server.Endpoint, new WebSocketClientOptions { Proxy = WebSocketProxy.None, Subprotocols = [subprotocol] }));

    [Fact]
    public Task Subprotocol_offered_twice_is_refused() => RefuseAsync(static server =>
        (server.Endpoint, new WebSocketClientOptions { Proxy = WebSocketProxy.None, Subprotocols = ["chat", "chat"] }));

    [Theory]
    [InlineData("http://127.0.0.1:{port}/")]
    [InlineData("ws://127.0.0.1:{port}/#part")]
    [InlineData("/relative")]
    public Task Address_that_is_no_WebSocket_address_is_refused(string address) => RefuseAsync(server =>
        (new Uri(address.Replace("{port}", $"{server.Port}", StringComparison.Ordinal), UriKind.RelativeOrAbsolute), new WebSocketClientOptions { Proxy = WebSocketProxy.None }));

    /// <summary>What the server sees is the connection of a good call made afterwards, and no other.</summary>
    private static async Task RefuseAsync(Func<ScriptedServer, (Uri, WebSocketClientOptions)> call)
    {
        await using ScriptedServer server = ScriptedServer.Start(static async client =>
        {
            await client.SendAsync(ScriptedServer.Accepting(await client.ReadRequestAsync()));
            client.HalfClose();
        });

        await Assert.ThrowsAnyAsync<ArgumentException>(() =>
        {
            (Uri uri, WebSocketClientOptions options) = call(server);
            return WebSocketClient.ConnectAsync(uri, options, Ct);
        });

        await using WebSocketConnection good = await WebSocketClient.ConnectAsync(server.Endpoint, new() { Proxy = WebSocketProxy.None }, Ct);
        Assert.Equal(1, server.Accepted);
    }
}
