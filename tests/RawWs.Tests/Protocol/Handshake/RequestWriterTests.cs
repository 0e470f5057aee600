using System.Buffers;
using System.Text;
using RawWs.Protocol.Compression;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;
using static RawWs.Tests.Protocol.Handshake.Responses;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class RequestWriterTests
{
    private static readonly UpgradeFields Least = new("/chat", "server.example.com", Bytes(Key));

    /// <summary>What no line of a head may have in it, and what no client of ours sends.</summary>
    public static TheoryData<string> Illegal => ["\r", "\n", "\0", "\r\nEvil: 1", "\x01", "\x1b", "\x7f", "\x80", "\xe9", "\u20ac", "\ud800"];

    [Fact]
    public void The_request_of_RFC_6455_section_1_3_is_written()
    {
        string request = Written(Least with { Subprotocols = ["chat", "superchat"], Origin = "http://example.com" });
        Assert.Equal(
            "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat, superchat\r\nOrigin: http://example.com\r\n\r\n", request);
    }

    [Fact]
    public void Fields_that_are_not_given_are_not_written() =>
        Assert.Equal(
            "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Version: 13\r\n\r\n", Written(Least with { Cookie = "" }));

    [Fact]
    public void All_fields_are_written_each_on_one_line()
    {
        UpgradeFields fields = new("/a/b?c=d&e", "[::1]:8080", Bytes(Key))
        {
            Subprotocols = ["a", "b"],
            Deflate = new(ServerNoContextTakeover: false, ClientNoContextTakeover: false, WindowBits: 15),
            Origin = "null",
            Authorization = "Basic dTpw",
            Cookie = "a=b; c=d",
            Headers = [new("User-Agent", "x y\tz"), new("X", ""), new("x", "2")],
        };
        Assert.Equal(
            "GET /a/b?c=d&e HTTP/1.1\r\nHost: [::1]:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\nOrigin: null\r\nAuthorization: Basic dTpw\r\nCookie: a=b; c=d\r\n"
            + "User-Agent: x y\tz\r\nX: \r\nx: 2\r\n\r\n", Written(fields));
    }

    [Fact]
    public void Our_server_accepts_what_our_client_writes()
    {
        UpgradeFields fields = new("/a?b", "localhost:80", Bytes(Key))
        {
            Subprotocols = ["a", "b"],
            Deflate = new(ServerNoContextTakeover: false, ClientNoContextTakeover: false, WindowBits: 15),
            Origin = "http://localhost",
            Authorization = "Bearer x",
            Cookie = "a=b",
            Headers = [new("X", "y")],
        };
        UpgradeRequest request = Check(Written(fields));
        Assert.Equal(["a", "b"], request.Subprotocols);
        Assert.True(DeflateOffers.TryAgree(request.Head, new(), out _));
        Assert.Equal(("/a", "b", "localhost:80"), (request.Head.Path, request.Head.Query, request.Head.Host));
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", Encoding.ASCII.GetString(request.Accept.Span));
    }

    [Fact]
    public void Random_fields_are_refused_before_the_first_byte_or_read_back_as_they_were()
    {
        const int seed = 4;
        const string alphabet = "aZ09-._~!#$%&'*+^`|/?:@[](){}<>;,=\"\\ \t\r\n\0\x7f\xe9";
        Random random = new(seed);
        int accepted = 0;
        for (int round = 0; round < 20_000; round++)
        {
            UpgradeFields fields = new("/" + Text(6), round % 2 == 0 ? "h" : Text(3), Bytes(Key))
            {
                Subprotocols = random.Next(2) == 0 ? [] : [Text(3), Text(3)],
                Origin = random.Next(2) == 0 ? null : "a://" + Text(3),
                Authorization = random.Next(2) == 0 ? null : "x" + Text(3),
                Headers = random.Next(2) == 0 ? [] : [new(Text(2), "x" + Text(3) + "x")],
            };
            ArrayBufferWriter<byte> output = new();
            try
            {
                RequestWriter.Write(output, fields);
            }
            catch (ArgumentException)
            {
                Assert.Equal(0, output.WrittenCount);
                continue;
            }
            accepted++;
            RequestHead head = Read(Encoding.ASCII.GetString(output.WrittenSpan));
            Assert.Equal(fields.Target.Split('?')[0], head.Path);
            Assert.Equal(fields.Host, head.Host);
            Assert.Equal(fields.Origin, head.Headers.Find("Origin"));
            Assert.Equal(fields.Authorization?.TrimEnd(' ', '\t'), head.Headers.Find("Authorization"));
            Assert.Equal(fields.Subprotocols.Count == 0 ? null : string.Join(", ", fields.Subprotocols), head.Headers.Find("Sec-WebSocket-Protocol"));
            Assert.Equal(5 + new[] { fields.Origin, fields.Authorization }.Count(value => value is not null) + Math.Min(fields.Subprotocols.Count, 1) + fields.Headers.Count, head.Headers.All().Count);
        }
        Assert.True(accepted > 100, $"seed {seed}: only {accepted} were accepted");

        string Text(int maxLength) => string.Concat(Enumerable.Range(0, random.Next(1, maxLength + 1)).Select(_ => alphabet[random.Next(3) > 0 ? random.Next(10) : random.Next(alphabet.Length)]));
    }

    [Theory, MemberData(nameof(Illegal))]
    public void What_could_break_the_head_is_refused_before_the_first_byte_wherever_it_stands(string illegal)
    {
        IsRefused(Least with { Target = "/" + illegal }, "target");
        IsRefused(Least with { Target = "/?" + illegal + "x" }, "target");
        IsRefused(Least with { Host = "h" + illegal }, "Host");
        IsRefused(Least with { Subprotocols = ["a", "b" + illegal] }, "Subprotocol 1");
        IsRefused(Least with { Origin = "http://h" + illegal }, "origin");
        IsRefused(Least with { Authorization = "Basic secret" + illegal }, "Authorization");
        IsRefused(Least with { Cookie = "a=secret" + illegal }, "Cookie");
        IsRefused(Least with { Headers = [new("A", "b"), new("C", "secret" + illegal)] }, "the header field C");
        IsRefused(Least with { Headers = [new("A", "b"), new("secret" + illegal, "d")] }, "header field 1");
    }

    [Theory]
    [InlineData("Host")]
    [InlineData("host")]
    [InlineData("Upgrade")]
    [InlineData("Connection")]
    [InlineData("Sec-WebSocket-Key")]
    [InlineData("sec-websocket-version")]
    [InlineData("Sec-WebSocket-Protocol")]
    [InlineData("Sec-WebSocket-Extensions")]
    [InlineData("Sec-WebSocket-Anything")]
    [InlineData("Origin")]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    [InlineData("Expect")]
    [InlineData("Keep-Alive")]
    [InlineData("Proxy-Connection")]
    [InlineData("Proxy-Authorization")]
    public void Header_fields_of_the_handshake_are_refused_and_the_sentence_lists_them(string name)
    {
        string message = IsRefused(Least with { Headers = [new(name, "x")] }, $"The header field {name} cannot be added");
        Assert.Contains("Sec-WebSocket-*, Host, Upgrade, Connection, Origin", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b")]
    [InlineData("a:")]
    [InlineData("a(b")]
    [InlineData(null)]
    public void A_header_name_that_is_no_token_is_refused(string? name) =>
        IsRefused(Least with { Headers = [new(name!, "x")] }, "The name of header field 0 is not a token (RFC 9110 section 5.1)");

    [Theory]
    [InlineData("", "is not a token")]
    [InlineData("a b", "is not a token")]
    [InlineData("a,b", "is not a token")]
    [InlineData("a/b", "is not a token")]
    [InlineData("chat", "is given twice (RFC 6455 section 4.1)")]
    public void A_subprotocol_is_a_token_and_named_once(string second, string rule) => IsRefused(Least with { Subprotocols = ["chat", second] }, "Subprotocol 1 " + rule);

    [Fact]
    public void Subprotocols_that_differ_in_case_are_two() =>
        Assert.Contains("Sec-WebSocket-Protocol: chat, Chat\r\n", Written(Least with { Subprotocols = ["chat", "Chat"] }), StringComparison.Ordinal);

    [Theory]
    [InlineData("null", true)]
    [InlineData("http://h", true)]
    [InlineData("https://h:8443", true)]
    [InlineData("https://[::1]:1", true)]
    [InlineData("chrome-extension://abcdef", true)]
    [InlineData("", false)]
    [InlineData("h", false)]
    [InlineData("http://", false)]
    [InlineData("://h", false)]
    [InlineData("http://h/", false)]
    [InlineData("http://h/path", false)]
    [InlineData("http://h?q", false)]
    [InlineData("http://h#f", false)]
    [InlineData("http://u@h", false)]
    [InlineData("http://h:x", false)]
    [InlineData("http://h http://i", false)]
    [InlineData("1http://h", false)]
    [InlineData("NULL", false)]
    public void An_origin_has_its_serialized_form(string origin, bool isLegal)
    {
        if (isLegal)
            Assert.Contains($"\r\nOrigin: {origin}\r\n", Written(Least with { Origin = origin }), StringComparison.Ordinal);
        else
            IsRefused(Least with { Origin = origin }, "RFC 6454 section 6.2");
    }

    [Theory]
    [InlineData("")]
    [InlineData("chat")]
    [InlineData("http://h/")]
    [InlineData("/a b")]
    [InlineData("/a#b")]
    public void A_target_is_a_path_and_a_query(string target) => IsRefused(Least with { Target = target }, "RFC 9112 section 3.2.1");

    [Fact]
    public void A_key_that_is_no_key_is_refused() => IsRefused(Least with { Key = Bytes("x") }, "RFC 6455 section 4.1");

    [Fact]
    public void Authorization_and_cookies_come_from_one_place()
    {
        IReadOnlyList<KeyValuePair<string, string>> own = [new("authorization", "Digest x"), new("COOKIE", "a=b")];
        Assert.EndsWith("\r\nauthorization: Digest x\r\nCOOKIE: a=b\r\n\r\n", Written(Least with { Headers = own }), StringComparison.Ordinal);
        IsRefused(Least with { Headers = own, Authorization = "Basic x" }, "Authorization is given twice");
        IsRefused(Least with { Headers = own, Cookie = "" }, "Cookie is given twice");
    }

    [Fact]
    public void A_tunnel_is_asked_for_by_host_and_port()
    {
        ArrayBufferWriter<byte> output = new();
        RequestWriter.WriteConnect(output, "h:443", null);
        RequestWriter.WriteConnect(output, "[::1]:80", "Basic dTpw");
        Assert.Equal(
            "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\nCONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]:80\r\nProxy-Authorization: Basic dTpw\r\n\r\n",
            Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("h", null)]
    [InlineData("h:", null)]
    [InlineData(":80", null)]
    [InlineData("h:80\r\nEvil: 1", null)]
    [InlineData("::1:80", null)]
    [InlineData("h:80", "Basic secret\r\nEvil: 1")]
    [InlineData("h:80", "Basic secret\xe9")]
    public void A_tunnel_that_cannot_be_asked_for_is_refused_before_the_first_byte(string authority, string? authorization)
    {
        ArrayBufferWriter<byte> output = new();
        ArgumentException refusal = Assert.ThrowsAny<ArgumentException>(() => RequestWriter.WriteConnect(output, authority, authorization));
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, output.WrittenCount);
    }

    private static string Written(UpgradeFields fields)
    {
        ArrayBufferWriter<byte> output = new();
        RequestWriter.Write(output, fields);
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }

    private static string IsRefused(UpgradeFields fields, string fragment)
    {
        ArgumentException early = Assert.ThrowsAny<ArgumentException>(() => RequestWriter.Check(fields));
        ArrayBufferWriter<byte> output = new();
        ArgumentException late = Assert.ThrowsAny<ArgumentException>(() => RequestWriter.Write(output, fields));
        Assert.Equal(early.Message, late.Message);
        Assert.Equal(0, output.WrittenCount);
        Assert.Contains(fragment, early.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", early.Message, StringComparison.Ordinal);
        return early.Message;
    }
}
