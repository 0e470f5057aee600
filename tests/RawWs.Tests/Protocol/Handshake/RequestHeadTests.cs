using System.Text;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class RequestHeadTests
{
    [Fact]
    public void Example_of_the_rfc_is_read()
    {
        RequestHead head = Read(Rfc6455);
        Assert.Equal("GET", head.Method);
        Assert.True(head.IsGet);
        Assert.Equal(1, head.MajorVersion);
        Assert.Equal(1, head.MinorVersion);
        Assert.Equal("/chat", head.Path);
        Assert.Equal("", head.Query);
        Assert.Equal("server.example.com", head.Host);
        Assert.Null(head.Port);
        Assert.Equal("dGhlIHNhbXBsZSBub25jZQ==", head.Headers.Find("sec-websocket-key"));
        Assert.Equal(
            ["Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Origin", "Sec-WebSocket-Protocol", "Sec-WebSocket-Version"],
            head.Headers.All().Select(header => header.Key));
    }

    [Theory]
    [InlineData("/", "/", "")]
    [InlineData("/a/b?", "/a/b", "")]
    [InlineData("/a?b=c?d", "/a", "b=c?d")]
    [InlineData("/%61//x", "/%61//x", "")]
    [InlineData("http://other", "/", "")]
    [InlineData("http://other?q", "/", "q")]
    [InlineData("http://other/x?q", "/x", "q")]
    public void Path_and_query_are_as_they_were_sent(string target, string path, string query)
    {
        RequestHead head = Read($"GET {target} HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Equal(path, head.Path);
        Assert.Equal(path, Encoding.ASCII.GetString(head.PathBytes));
        Assert.Equal(query, head.Query);
        Assert.Equal(query, Encoding.ASCII.GetString(head.QueryBytes));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: h:1\r\n\r\n", "h:1", "h", 1)]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1]:1\r\n\r\n", "[::1]:1", "[::1]", 1)]
    [InlineData("GET http://other:2/ HTTP/1.1\r\nHost: h:1\r\n\r\n", "other:2", "other", 2)]   // RFC 9112 section 3.2.2
    [InlineData("GET / HTTP/1.0\r\n\r\n", "", "", null)]
    public void Host_of_the_target_wins_over_the_header(string request, string host, string name, int? port)
    {
        RequestHead head = Read(request);
        Assert.Equal(host, head.Host);
        Assert.Equal(name, Encoding.ASCII.GetString(head.HostName));
        Assert.Equal(port, head.Port);
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("HEAD", true)]
    [InlineData("POST", true)]
    [InlineData("get", false)]
    [InlineData("GETS", false)]
    [InlineData("BREW", false)]
    public void Usual_methods_cost_no_string(string method, bool isUsual)
    {
        RequestHead head = Read($"{method} / HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Equal(method, head.Method);
        Assert.Equal(isUsual, ReferenceEquals(head.Method, head.Method));
        Assert.Equal(method == "GET", head.IsGet);
    }

    [Fact]
    public void Lines_of_one_name_are_joined_and_values_are_latin_1()
    {
        RequestHead head = Read(Get("A: 1", "B: \xe9", "a:2", "A:", "A:\t3 "));
        Assert.Equal("1, 2, , 3", head.Headers.Find("A"));
        Assert.Equal("\xe9", head.Headers.Find("b"));
        Assert.Null(head.Headers.Find("C"));
        Assert.Null(head.Headers.Find(""));
        Assert.Null(head.Headers.Find("A: 1"));
        Assert.Null(head.Headers.Find("\xe9"));
        Assert.Equal(["Host=h", "A=1", "B=\xe9", "a=2", "A=", "A=3"], head.Headers.All().Select(header => $"{header.Key}={header.Value}"));
    }

    [Fact]
    public void Headers_are_counted_and_the_first_is_given()
    {
        RequestHead head = Read(Get("A: 1", "a: 2"));
        Assert.Equal(2, head.Headers.Count("A"u8, out ReadOnlySpan<byte> first));
        Assert.Equal("1", Encoding.ASCII.GetString(first));
        Assert.Equal(0, head.Headers.Count("B"u8, out first));
        Assert.True(first.IsEmpty);
    }

    [Theory]
    [InlineData(true, "A: x")]
    [InlineData(true, "A: y, X ,z")]
    [InlineData(true, "A: y", "a: x")]
    [InlineData(false, "A: xx, x/1, \"x\"")]
    [InlineData(false, "B: x")]
    public void Lists_are_searched_over_all_their_lines(bool contains, params string[] lines) =>
        Assert.Equal(contains, Read(Get(lines)).Headers.ListContains("A"u8, "x"u8));

    [Fact]
    public void Public_request_gives_the_same()
    {
        HttpRequest request = new(Read("GET /a?room=caf%C3%A9+1 HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n"), null, new Dictionary<string, string>(), null);
        Assert.Equal("/a", request.Path);
        Assert.Equal("caf\u00e9 1", request.QueryValue("room"));
        Assert.Null(request.QueryValue("Room"));
        Assert.Equal("b", request.Headers["a"]);
        Assert.Equal(["Host", "A"], request.Headers.Select(header => header.Key));
    }
}
