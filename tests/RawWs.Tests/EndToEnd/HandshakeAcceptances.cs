using static RawWs.Tests.EndToEnd.HandshakeRequest;

namespace RawWs.Tests.EndToEnd;

/// <summary>Requests that differ from the plainest one and are legal upgrades all the same. A subprotocol is answered where the row says so, else not.</summary>
internal static class HandshakeAcceptances
{
    public static HandshakeRow[] Rows { get; } =
    [
        new("plain upgrade, no Origin", Upgrade, 101),
        new("query after the path", Upgrade.To("/echo?x=1&y=/../%zz"), 101),
        new("ordinary page and upgrade on one path", Upgrade.To("/both"), 101),

        new("Upgrade token in capitals", Upgrade.With("Upgrade: WEBSOCKET"), 101),
        new("Upgrade list h2c, websocket", Upgrade.With("Upgrade: h2c, websocket"), 101),
        new("Upgrade list on two lines", Upgrade.With("Upgrade: h2c", "Upgrade: websocket"), 101),
        new("Connection list keep-alive, Upgrade", Upgrade.With("Connection: keep-alive, Upgrade"), 101),
        new("Connection list in any case", Upgrade.With("Connection: KEEP-ALIVE,uPGRADE"), 101),
        new("Connection list on several lines", Upgrade.With("Connection: keep-alive", "Connection: Upgrade"), 101),
        new("header names in any case", new HandshakeRequest(Upgrade.Line, [.. Upgrade.Headers.Select(LowerName)]), 101),
        new("no space after the colon, blanks and tabs around the value",
            Upgrade.With("Upgrade:websocket").With("Connection: \t Upgrade \t "), 101),
        new("one empty line before the request", "\r\n" + Upgrade, 101),
        new("64 headers", Upgrade.Plus(Enumerable.Range(0, 59).Select(i => $"X-{i}: y")), 101),
        new("Content-Length 0", Upgrade.Plus("Content-Length: 0"), 101),

        new("Host localhost, any case, any port", Upgrade.With("Host: LOCALHOST:1"), 101),
        new("Host [::1]", Upgrade.With("Host: [::1]:8080"), 101),
        new("Host 127.0.0.1 without a port", Upgrade.With("Host: 127.0.0.1"), 101),
        new("Host in the list", Upgrade.With("Host: example.test:443"), 101),
        new("absolute-form", Upgrade.To("http://{host}/echo"), 101),
        new("absolute-form, its host wins", Upgrade.To("http://localhost/echo").With("Host: evil.example"), 101),

        new("Origin the same", Upgrade.Plus("Origin: http://{host}"), 101),
        new("Origin the same behind a proxy that ends TLS", Upgrade.Plus("Origin: https://{host}"), 101),
        new("Origin the same, default port", Upgrade.With("Host: localhost").Plus("Origin: http://localhost"), 101),
        new("Origin the same, default port written out", Upgrade.With("Host: localhost:443").Plus("Origin: https://localhost"), 101),
        new("Origin allowed by the route", Upgrade.To("/app-origin").Plus("Origin: https://app.example"), 101),
        new("Origin the same where others are allowed too", Upgrade.To("/app-origin").Plus("Origin: http://{host}"), 101),
        new("Origin any", Upgrade.To("/any-origin").Plus("Origin: https://evil.example"), 101),
        new("Origin given where it is demanded", Upgrade.To("/browsers-only").Plus("Origin: http://{host}"), 101),

        new("extension unknown", Upgrade.Plus("Sec-WebSocket-Extensions: x-frob; a; b=1; c=\"2\""), 101),
        new("extension with a bad parameter", Upgrade.Plus("Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99"), 101),
        new("extensions on several lines", Upgrade.Plus("Sec-WebSocket-Extensions: x-a, x-b", "Sec-WebSocket-Extensions: x-c"), 101),
        new("extensions with names of a script's own objects", Upgrade.Plus("Sec-WebSocket-Extensions: constructor, __proto__; toString"), 101),

        new("protocol of the route", Upgrade.To("/protocols").Plus("Sec-WebSocket-Protocol: v1.chat"), 101, "Sec-WebSocket-Protocol: v1.chat"),
        new("protocols, the route's order decides",
            Upgrade.To("/protocols").Plus("Sec-WebSocket-Protocol: x, v1.chat, v2.chat"), 101, "Sec-WebSocket-Protocol: v2.chat"),
        new("protocols on several lines",
            Upgrade.To("/protocols").Plus("Sec-WebSocket-Protocol: x", "Sec-WebSocket-Protocol: v1.chat"), 101, "Sec-WebSocket-Protocol: v1.chat"),
        new("protocol names differ by case", Upgrade.To("/protocols").Plus("Sec-WebSocket-Protocol: V1.CHAT"), 101),
        new("protocol asked, none in common", Upgrade.To("/protocols").Plus("Sec-WebSocket-Protocol: x"), 101),
        new("protocol asked, route has none", Upgrade.Plus("Sec-WebSocket-Protocol: x"), 101),
        new("protocol required and given", Upgrade.To("/needs-protocol").Plus("Sec-WebSocket-Protocol: v2.chat"), 101, "Sec-WebSocket-Protocol: v2.chat"),
        new("hook accepts",
            Upgrade.To("/hook").Plus("Sec-WebSocket-Protocol: by-hook"), 101, "Sec-WebSocket-Protocol: by-hook", "X-Hook: yes"),
    ];

    private static string LowerName(string line) => line[..line.IndexOf(':')].ToLowerInvariant() + line[line.IndexOf(':')..];
}
