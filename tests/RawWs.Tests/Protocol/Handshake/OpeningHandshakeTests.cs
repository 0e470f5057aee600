using System.Text;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class OpeningHandshakeTests
{
    private static readonly HeadLimits NoLimits = new(0, 0, 0);

    [Fact]
    public void Example_of_the_rfc_is_accepted()
    {
        UpgradeRequest request = Check(Rfc6455);
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", Encoding.ASCII.GetString(request.Accept.Span));
        Assert.Equal(["chat", "superchat"], request.Subprotocols);
    }

    public static TheoryData<string, string[]> Accepted => new()
    {
        { "as the RFC demands", [] },
        { "Upgrade in any case", ["Upgrade: WebSocket"] },
        { "Upgrade as a list", ["Upgrade: h2c, websocket"] },
        { "Upgrade on several lines", ["Upgrade: h2c", "Upgrade: websocket"] },
        { "Connection as a list in any case", ["Connection: keep-alive, UPGRADE"] },
        { "Connection on several lines", ["Connection: keep-alive", "Connection: Upgrade"] },
        { "header names in any case", ["UPGRADE: websocket", "sec-websocket-extensions: x"] },
        { "an empty body", ["Content-Length: 0"] },
        { "no Origin", ["Origin:"] },
        { "the same origin", ["Origin: https://localhost"] },
        { "unknown extensions", ["Sec-WebSocket-Extensions: constructor; __proto__=x, unknown"] },
        { "subprotocols on several lines", ["Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: b"] },
        { "subprotocols that differ in case", ["Sec-WebSocket-Protocol: a, A"] },
    };

    [Theory, MemberData(nameof(Accepted))]
    public void Valid_upgrade_is_accepted(string what, string[] changes) =>
        Assert.True(Check(Upgrade(changes)).Accept.Length == AcceptKey.AcceptBytes, what);

    public static TheoryData<string, int, string, string[]> Refusals => new()
    {
        { "no Upgrade header", 426, "does not ask for an upgrade", ["Upgrade:"] },
        { "Upgrade wrong", 426, "does not ask for an upgrade", ["Upgrade: foo"] },
        { "Upgrade to another version of websocket", 426, "does not ask for an upgrade", ["Upgrade: websocket/13"] },
        { "Connection missing", 400, "Connection does not name Upgrade", ["Connection:"] },
        { "Connection token missing", 400, "Connection does not name Upgrade", ["Connection: keep-alive"] },
        { "version missing", 426, "version is not 13", ["Sec-WebSocket-Version:"] },
        { "version 8", 426, "version is not 13", ["Sec-WebSocket-Version: 8"] },
        { "version 12", 426, "version is not 13", ["Sec-WebSocket-Version: 12"] },
        { "version 14", 426, "version is not 13", ["Sec-WebSocket-Version: 14"] },
        { "version 777", 426, "version is not 13", ["Sec-WebSocket-Version: 777"] },
        { "version 013", 426, "version is not 13", ["Sec-WebSocket-Version: 013"] },
        { "version as a list", 426, "version is not 13", ["Sec-WebSocket-Version: 13, 8"] },
        { "version duplicated", 400, "Sec-WebSocket-Version is given twice", ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13"] },
        { "key missing", 400, "no Sec-WebSocket-Key", ["Sec-WebSocket-Key:"] },
        { "key empty", 400, "not 16 bytes", ["Sec-WebSocket-Key: "] },
        { "key not 16 bytes base64", 400, "not 16 bytes", ["Sec-WebSocket-Key: dGhlIHNhbXBsZQ=="] },
        { "key not canonical", 400, "not 16 bytes", ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR=="] },
        { "key of 7 KB", 400, "not 16 bytes", ["Sec-WebSocket-Key: " + new string('A', 7000)] },
        { "key duplicated", 400, "Sec-WebSocket-Key is given twice", ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="] },
        { "body", 400, "has a body", ["Content-Length: 30"] },
        { "chunked body", 400, "has a body", ["Transfer-Encoding: chunked"] },
        { "body framed twice", 400, "both given", ["Content-Length: 30", "Transfer-Encoding: chunked"] },
        { "Origin null", 403, "origin", ["Origin: null"] },
        { "Origin of another host", 403, "origin", ["Origin: https://evil"] },
        { "Origin of another port", 403, "origin", ["Origin: http://localhost:81"] },
        { "Origin empty", 403, "origin", ["Origin: "] },
        { "Origin given twice", 400, "Origin is given twice", ["Origin: http://localhost", "Origin: http://localhost"] },
        { "extension syntax error", 400, "extension", ["Sec-WebSocket-Extensions: a;"] },
        { "extensions empty", 400, "Sec-WebSocket-Extensions is empty", ["Sec-WebSocket-Extensions: "] },
        { "subprotocol with an illegal token", 400, "not a token", ["Sec-WebSocket-Protocol: a b"] },
        { "subprotocol with a slash", 400, "not a token", ["Sec-WebSocket-Protocol: a, b/c"] },
        { "subprotocol not ASCII", 400, "not a token", ["Sec-WebSocket-Protocol: \xe9"] },
        { "subprotocols empty", 400, "Sec-WebSocket-Protocol is empty", ["Sec-WebSocket-Protocol: ,"] },
        { "subprotocol duplicated", 400, "offered twice", ["Sec-WebSocket-Protocol: a, b, a"] },
        { "subprotocol duplicated on two lines", 400, "offered twice", ["Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: a"] },

        // where two rules are broken, the earlier decision answers
        { "Upgrade before Connection", 426, "does not ask for an upgrade", ["Upgrade:", "Connection:"] },
        { "Connection before version", 400, "Connection", ["Connection:", "Sec-WebSocket-Version: 12"] },
        { "version before key", 426, "version is not 13", ["Sec-WebSocket-Version: 12", "Sec-WebSocket-Key:"] },
        { "key before origin", 400, "Sec-WebSocket-Key", ["Sec-WebSocket-Key:", "Origin: null"] },
        { "origin before extensions", 403, "origin", ["Origin: null", "Sec-WebSocket-Extensions: a;"] },
        { "origin before subprotocols", 403, "origin", ["Origin: null", "Sec-WebSocket-Protocol: a, a"] },
    };

    [Theory, MemberData(nameof(Refusals))]
    public void Invalid_upgrade_is_refused(string what, int status, string fragment, string[] changes)
    {
        WebSocketHandshakeException refusal = Refused(() => Check(Upgrade(changes)), status, fragment);
        Assert.True(refusal.Message.Length > 0, what);
    }

    [Theory]
    [InlineData("12")]
    [InlineData("")]
    public void Refused_version_names_the_right_one(string version) =>
        Assert.Equal(
            [new("Sec-WebSocket-Version", "13")],
            Refused(() => Check(Upgrade($"Sec-WebSocket-Version: {version} ")), 426, "version is not 13").Headers);

    [Fact]
    public void HTTP_1_0_ignores_the_upgrade()
    {
        string request = Upgrade().Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal);
        Assert.False(OpeningHandshake.IsUpgradeRequested(Read(request)));
        Refused(() => Check(request), 426, "does not ask for an upgrade");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false, "Upgrade:")]
    [InlineData(false, "Upgrade: h2c")]
    [InlineData(true, "Upgrade: h2c, WEBSOCKET", "Connection:")]
    public void Upgrade_is_told_from_plain_HTTP(bool isUpgrade, params string[] changes) =>
        Assert.Equal(isUpgrade, OpeningHandshake.IsUpgradeRequested(Read(Upgrade(changes))));

    [Fact]
    public void Missing_origin_may_be_refused() =>
        Refused(() => OpeningHandshake.Check(Read(Upgrade()), [], allowMissingOrigin: false, bearerPrefix: null), 403, "origin");

    [Fact]
    public void Listed_origin_is_accepted() => Assert.Equal("/chat", Check(Upgrade("Origin: https://app.example"), "https://app.example").Head.Path);

    public static TheoryData<string, int, string> Crafted => new()
    {
        { "Sec-WebSocket-Protocol: b" + new string(' ', 60_000) + "x", 400, "not a token" },                                        // CVE-2021-32640
        { "Sec-WebSocket-Extensions: a; b=\"" + string.Concat(Enumerable.Repeat("\\c", 30_000)), 400, "has no end" },              // CVE-2020-7662
        { "Sec-WebSocket-Extensions: a; b=\"" + string.Concat(Enumerable.Repeat("\\c", 30_000)) + "x y\"", 400, "not a token" },
        { "Sec-WebSocket-Extensions: a" + new string(' ', 60_000) + "x", 400, "semicolon" },
        { "Sec-WebSocket-Extensions: " + new string(',', 60_000), 400, "is empty" },
        { "Sec-WebSocket-Extensions: " + string.Concat(Enumerable.Repeat("a;", 30_000)), 400, "not a token" },
        { "Sec-WebSocket-Protocol: " + string.Join(',', Enumerable.Range(0, 10_000)) + ",0", 400, "offered twice" },
        { "Connection: " + string.Concat(Enumerable.Repeat(" ,", 30_000)), 400, "Connection" },
        { "Sec-WebSocket-Key: " + new string('A', 60_000), 400, "not 16 bytes" },
        { "Origin: http://" + new string('[', 60_000), 403, "origin" },
        { "Origin: http://" + string.Concat(Enumerable.Repeat("%41", 20_000)) + "%", 403, "origin" },
    };

    [Theory, MemberData(nameof(Crafted))]
    public void Crafted_value_of_60_KB_is_refused_and_by_default_never_read(string line, int status, string fragment)
    {
        Refused(() => OpeningHandshake.Check(Read(Upgrade(line), NoLimits), [], allowMissingOrigin: true, bearerPrefix: null), status, fragment);
        Refused(() => Check(Upgrade(line)), 431, "too long");
    }

    [Fact]
    public void Offers_that_nobody_asks_for_cost_no_memory()
    {
        RequestHead many = Read(Upgrade("Sec-WebSocket-Extensions: " + string.Concat(Enumerable.Repeat("a;b=c,", 10_000))), NoLimits);
        OpeningHandshake.Check(many, [], allowMissingOrigin: true, bearerPrefix: null);
        long before = GC.GetAllocatedBytesForCurrentThread();
        OpeningHandshake.Check(many, [], allowMissingOrigin: true, bearerPrefix: null);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }
}
