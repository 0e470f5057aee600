using static RawWs.Tests.EndToEnd.HandshakeRequest;

namespace RawWs.Tests.EndToEnd;

/// <summary>Requests that are refused: by their defect, in the order in which defects are looked for.</summary>
internal static class HandshakeRefusals
{
    private const string NeedsUpgrade = "Upgrade: websocket";
    private const string WithUpgrade = "Connection: close, upgrade"; // RFC 9110 section 7.8
    private const string Version13 = "Sec-WebSocket-Version: 13"; // RFC 6455 section 4.2.2

    public static HandshakeRow[] Rows { get; } =
    [
        .. Limits(),
        .. Syntax(),
        .. VersionsAndHosts(),
        .. Routes(),
        .. Upgrades(),
        .. Order(),
    ];

    private static HandshakeRow[] Limits() =>
    [
        new("target too long", Upgrade.To("/" + new string('a', 9000)), 414),
        new("target that is long but within the limit", Upgrade.To("/" + new string('a', 8000)), 404),
        new("one header too long", Upgrade.Plus("X: " + new string('a', 9000)), 431),
        new("headers too long in total", Upgrade.Plus(Enumerable.Repeat("X: " + new string('a', 6000), 3)), 431),
        new("one header of 60 KB", Upgrade.Plus($"Sec-WebSocket-Protocol: b{new string(' ', 60_000)}x"), 431),
        new("too many headers", Upgrade.Plus(Enumerable.Range(0, 60).Select(i => $"X-{i}: y")), 431),
        new("2000 headers before Upgrade", Plain("GET /echo HTTP/1.1").Plus(Enumerable.Repeat("a: b", 2000)).Plus(Upgrade.Headers.Skip(1)), 431),
    ];

    private static HandshakeRow[] Syntax() =>
    [
        new("header name invalid", Upgrade.Plus("Bad Name: x"), 400),
        new("header name with a byte beyond ASCII", Upgrade.Plus("B\u00e4d: x"), 400),
        new("header name empty", Upgrade.Plus(": x"), 400),
        new("header without a colon", Upgrade.Plus("garbage"), 400),
        new("space before the colon", Upgrade.Plus("X : y"), 400),
        new("tab before the colon", Upgrade.Plus("X\t: y"), 400),
        new("obs-fold", Upgrade.Plus("X: a", " b"), 400),
        new("obs-fold in the first header", Upgrade with { Headers = [" X: a", .. Upgrade.Headers] }, 400),
        new("bare LF as every line end", Upgrade.ToString().Replace("\r\n", "\n", StringComparison.Ordinal), 400),
        new("bare LF after the request line", Upgrade.ToString().Replace("HTTP/1.1\r\n", "HTTP/1.1\n", StringComparison.Ordinal), 400),
        new("bare LF after a header", Upgrade.Plus("X: a\nY: b"), 400),
        new("bare CR in a value", Upgrade.Plus("X: a\rY: b"), 400),
        new("bare CR in the request line", Upgrade.To("/echo\r"), 400),
        new("NUL in a value", Upgrade.Plus("X: a\0b"), 400),
        new("CTL in a value", Upgrade.Plus("X: a\u0001b"), 400),
        new("DEL in a value", Upgrade.Plus("X: a\u007fb"), 400),
        new("NUL in the target", Upgrade.To("/ec\0ho"), 400),
        new("non-ASCII in the target", Upgrade.To("/ech\u00f6"), 400),
        new("raw space in the target", Upgrade.To("/ec ho"), 400),
        new("tab instead of a space", Upgrade with { Line = "GET\t/echo\tHTTP/1.1" }, 400),
        new("multiple spaces in the request line", Upgrade with { Line = "GET  /echo HTTP/1.1" }, 400),
        new("many empty lines before the request", string.Concat(Enumerable.Repeat("\r\n", 10)) + Upgrade, 400),
        new("method that is no token", Upgrade with { Line = "G@T /echo HTTP/1.1" }, 400),
        new("authority-form", Plain("CONNECT localhost:80 HTTP/1.1"), 400),
        new("asterisk-form", Plain("OPTIONS * HTTP/1.1"), 400),
        new("target without a slash", Upgrade.To("echo"), 400),
        new("fragment #x in the target", Upgrade.To("/echo#x"), 400),
        new("body: Content-Length above 0 and a hidden request",
            Upgrade.Plus("Content-Length: 30") with { Body = "GET /healthz HTTP/1.1\r\nX: yyyy" }, 400),
        new("body: chunked on an upgrade", Upgrade.Plus("Transfer-Encoding: chunked") with { Body = "0\r\n\r\n" }, 400),
        new("body: both Content-Length and Transfer-Encoding", Upgrade.Plus("Content-Length: 0", "Transfer-Encoding: chunked"), 400),
        new("Content-Length no number", Upgrade.Plus("Content-Length: 0x0"), 400),
        new("Content-Length negative", Upgrade.Plus("Content-Length: -1"), 400),
        new("Content-Length twice", Upgrade.Plus("Content-Length: 0", "Content-Length: 0"), 400),
    ];

    private static HandshakeRow[] VersionsAndHosts() =>
    [
        new("HTTP/1.2", Upgrade with { Line = "GET /echo HTTP/1.2" }, 505),
        new("HTTP/2.0 as text", Upgrade with { Line = "GET /echo HTTP/2.0" }, 505),
        new("HTTP/9.9", Upgrade with { Line = "GET /echo HTTP/9.9" }, 505),
        new("Host missing", Upgrade.Without("Host"), 400),
        new("Host twice", Upgrade.Plus("Host: {host}"), 400),
        new("Host a, b", Upgrade.With("Host: localhost, localhost"), 400),
        new("Host empty", Upgrade.With("Host:"), 400),
        .. ((string[])["[", "[::1", "[::1]x", "a b", "a/b", "a,b", "user@localhost", "localhost:65536", "localhost:x", "localhost:-1", "local\\host", "local?host", "local#host"])
            .Select(host => new HandshakeRow($"Host malformed: {host}", Upgrade.With($"Host: {host}"), 400)),
        new("Host not in the list", Upgrade.With("Host: evil.example"), 421),
        new("Host that only begins like one in the list", Upgrade.With("Host: localhost.evil.example"), 421),
        new("Host that only ends like one in the list", Upgrade.With("Host: evil-example.test"), 421),
        new("absolute-form, its host is not in the list", Upgrade.To("http://evil.example/echo"), 421),
    ];

    private static HandshakeRow[] Routes() =>
    [
        new("path unknown", Upgrade.To("/unknown"), 404),
        new("method POST on a WebSocket route", Upgrade with { Line = "POST /echo HTTP/1.1" }, 405, "Allow: GET"),
        new("method POST on an unknown path", Plain("POST /unknown HTTP/1.1"), 405, "Allow: GET"),
        new("method HEAD on a WebSocket route", Plain("HEAD /echo HTTP/1.1"), 405, "Allow: GET"),
        new("method in small letters", Upgrade with { Line = "get /echo HTTP/1.1" }, 405, "Allow: GET"),
    ];

    private static HandshakeRow[] Upgrades() =>
    [
        new("no Upgrade header (plain GET)", Plain("GET /echo HTTP/1.1"), 426, NeedsUpgrade, WithUpgrade),
        new("Upgrade wrong (foo)", Upgrade.With("Upgrade: foo"), 426, NeedsUpgrade, WithUpgrade),
        new("Upgrade that only contains the word", Upgrade.With("Upgrade: websocket2"), 426, NeedsUpgrade, WithUpgrade),
        new("HTTP/1.0: the Upgrade is ignored", Upgrade with { Line = "GET /echo HTTP/1.0" }, 426, NeedsUpgrade, WithUpgrade),
        new("Connection header missing", Upgrade.Without("Connection"), 400),
        new("Connection token missing", Upgrade.With("Connection: keep-alive"), 400),
        new("version missing", Upgrade.Without("Sec-WebSocket-Version"), 426, NeedsUpgrade, WithUpgrade, Version13),
        .. ((string[])["8", "12", "14", "777", "013", "13.0", "x"]).Select(version => new HandshakeRow(
            $"version {version}", Upgrade.With($"Sec-WebSocket-Version: {version}"), 426, NeedsUpgrade, WithUpgrade, Version13)),
        new("version duplicated", Upgrade.Plus("Sec-WebSocket-Version: 13"), 400),
        new("key missing", Upgrade.Without("Sec-WebSocket-Key"), 400),
        new("key empty", Upgrade.With("Sec-WebSocket-Key:"), 400),
        new("key of 15 bytes", Upgrade.With("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA"), 400),
        new("key of 17 bytes", Upgrade.With("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA="), 400),
        new("key of 4 KiB", Upgrade.With("Sec-WebSocket-Key: " + new string('A', 4096)), 400),
        new("key without padding", Upgrade.With("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ"), 400),
        new("key not canonical", Upgrade.With("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR=="), 400),
        new("key with a blank inside", Upgrade.With("Sec-WebSocket-Key: dGhlIHNhbXBs ZSBub25jZQ=="), 400),
        new("key in the other alphabet", Upgrade.With("Sec-WebSocket-Key: __________8AAAAAAAAAAA=="), 400),
        new("key duplicated", Upgrade.Plus(Upgrade.Headers[3]), 400),
        new("Origin null", Upgrade.Plus("Origin: null"), 403),
        new("Origin of another host", Upgrade.Plus("Origin: https://evil.example"), 403),
        new("Origin of another port", Upgrade.With("Host: localhost:8080").Plus("Origin: http://localhost:8081"), 403),
        new("Origin with this host only in front", Upgrade.With("Host: localhost").Plus("Origin: http://localhost.evil.example"), 403),
        new("Origin that is no origin", Upgrade.Plus("Origin: evil"), 403),
        new("Origin not among those of the route", Upgrade.To("/app-origin").Plus("Origin: https://other.example"), 403),
        new("Origin missing where it is demanded", Upgrade.To("/browsers-only"), 403),
        new("Origin given twice", Upgrade.Plus("Origin: http://{host}", "Origin: http://{host}"), 400),
        .. ((string[])["x;;y", ";x", "x; y=", "x; y=\"z", "=", "x y", "x; y=\"a b\"", "x; y=z z"]).Select(extension => new HandshakeRow(
            $"extension syntax error: {extension}", Upgrade.Plus($"Sec-WebSocket-Extensions: {extension}"), 400)),
        .. ((string[])["ch@t", "a b", "\"chat\"", "chat;v=1"]).Select(protocol => new HandshakeRow(
            $"subprotocol with an illegal token, route offers none: {protocol}", Upgrade.Plus($"Sec-WebSocket-Protocol: {protocol}"), 400)),
        new("subprotocol with an illegal token beside a good one", Upgrade.To("/protocols").Plus("Sec-WebSocket-Protocol: v1.chat, ch@t"), 400),
        new("protocol of 7,000 blanks in the middle", Upgrade.Plus($"Sec-WebSocket-Protocol: b{new string(' ', 7000)}x"), 400),
        new("extension parameter of 3,500 escapes without an end",
            Upgrade.Plus("Sec-WebSocket-Extensions: a; b=\"" + string.Concat(Enumerable.Repeat("\\c", 3500))), 400),
        new("protocols duplicated", Upgrade.To("/protocols").Plus("Sec-WebSocket-Protocol: v1.chat, v1.chat"), 400),
        new("protocols duplicated on two lines", Upgrade.Plus("Sec-WebSocket-Protocol: x", "Sec-WebSocket-Protocol: x"), 400),
        new("protocol required, none in common", Upgrade.To("/needs-protocol").Plus("Sec-WebSocket-Protocol: x"), 400),
        new("protocol required, none asked", Upgrade.To("/needs-protocol"), 400),
        new("hook refuses", Upgrade.To("/hook?refuse"), 401, "WWW-Authenticate: Basic", "Content-Length: 12"),
    ];

    /// <summary>Two defects at once: the one that is looked for first decides.</summary>
    private static HandshakeRow[] Order() =>
    [
        new("order: syntax before HTTP version", Upgrade.Plus("X : y") with { Line = "GET /echo HTTP/2.0" }, 400),
        new("order: HTTP version before Host", Upgrade.Without("Host") with { Line = "GET /echo HTTP/2.0" }, 505),
        new("order: Host before path", Upgrade.To("/unknown").With("Host: evil.example"), 421),
        new("order: path before Upgrade", Plain("GET /unknown HTTP/1.1"), 404),
        new("order: method before Upgrade", Plain("POST /echo HTTP/1.1"), 405, "Allow: GET"),
        new("order: Upgrade before WebSocket version", Upgrade.With("Upgrade: foo").Without("Sec-WebSocket-Version"), 426, NeedsUpgrade),
        new("order: Connection before WebSocket version", Upgrade.Without("Connection").With("Sec-WebSocket-Version: 12"), 400),
        new("order: WebSocket version before key", Upgrade.With("Sec-WebSocket-Version: 12").Without("Sec-WebSocket-Key"), 426, Version13),
        new("order: key before Origin", Upgrade.Without("Sec-WebSocket-Key").Plus("Origin: https://evil.example"), 400),
        new("order: Origin before extensions", Upgrade.Plus("Origin: https://evil.example", "Sec-WebSocket-Extensions: ;"), 403),
        new("order: Origin before protocols", Upgrade.Plus("Origin: https://evil.example", "Sec-WebSocket-Protocol: ch@t"), 403),
        new("order: protocols before the hook", Upgrade.To("/hook?refuse").Plus("Sec-WebSocket-Protocol: ch@t"), 400),
    ];
}
