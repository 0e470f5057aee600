using static RawWs.Tests.EndToEnd.HandshakeRequest;

namespace RawWs.Tests.EndToEnd;

/// <summary>Ordinary HTTP on the same port: what a mapped page answers, and what keeps a request from it.</summary>
internal static class HandshakePages
{
    public static HandshakeRow[] Rows { get; } =
    [
        new("page, GET", Plain("GET /healthz HTTP/1.1"), 200, "Content-Length: 2"),
        new("page, HEAD", Plain("HEAD /healthz HTTP/1.1"), 200, "Content-Length: 2"),
        new("page, GET by HTTP/1.0", Plain("GET /healthz HTTP/1.0"), 200, "Content-Length: 2"),
        new("page, upgrade asked by HTTP/1.0", Upgrade with { Line = "GET /both HTTP/1.0" }, 200, "Content-Length: 5"),
        new("page and upgrade on one path, no upgrade asked", Plain("GET /both HTTP/1.1"), 200, "Content-Length: 5"),
        new("page, other method", Plain("DELETE /healthz HTTP/1.1"), 405, "Allow: GET, HEAD"),
        new("page and upgrade on one path, other method", Plain("POST /both HTTP/1.1"), 405, "Allow: GET, HEAD"),
        new("page, Host not in the list", Plain("GET /healthz HTTP/1.1").With("Host: evil.example"), 421),
        new("page, Origin not allowed", Plain("GET /healthz HTTP/1.1").Plus("Origin: https://evil.example"), 403),
        new("page, body on a GET", Plain("GET /healthz HTTP/1.1").Plus("Content-Length: 5") with { Body = "hello" }, 400),

        new("POST with a body", Post(5) with { Body = "hello" }, 200, "Content-Length: 5"),
        new("POST with an empty body", Post(0), 200, "Content-Length: 0"),
        new("POST with the largest body", Post(65536) with { Body = new string('x', 65536) }, 200, "Content-Length: 65536"),
        new("POST with a body over the limit", Post(65537) with { Body = new string('x', 65537) }, 413),
        new("POST with a body over the limit that is only announced", Post(long.MaxValue), 413),
        new("POST chunked", Plain("POST /post HTTP/1.1").Plus("Transfer-Encoding: chunked") with { Body = "5\r\nhello\r\n0\r\n\r\n" }, 411),
        new("POST with both Content-Length and Transfer-Encoding", Post(5).Plus("Transfer-Encoding: chunked") with { Body = "hello" }, 400),
        new("POST with Content-Length negative", Plain("POST /post HTTP/1.1").Plus("Content-Length: -1"), 400),
        new("POST with Content-Length twice", Post(5).Plus("Content-Length: 5") with { Body = "hello" }, 400),
        new("POST with Content-Length no number", Plain("POST /post HTTP/1.1").Plus("Content-Length: +5") with { Body = "hello" }, 400),
        new("POST route, GET", Plain("GET /post HTTP/1.1"), 405, "Allow: POST"),
        new("POST route, upgrade asked", Upgrade.To("/post"), 405, "Allow: POST"),
        new("POST and upgrade on one path, POST", Plain("POST /notify HTTP/1.1").Plus("Content-Length: 2") with { Body = "hi" }, 200, "Content-Length: 7"),
        new("POST and upgrade on one path, other method", Plain("PUT /notify HTTP/1.1"), 405, "Allow: GET, POST"),
    ];

    private static HandshakeRequest Post(long length) => Plain("POST /post HTTP/1.1").Plus($"Content-Length: {length}");
}
