using RawWs.Protocol.Handshake;

namespace RawWs.Server;

/// <summary>One WebSocket route: a path, what runs there, and its options.</summary>
internal sealed record Route(PathTemplate Path, Func<WebSocketConnection, Task> Handler, Func<WebSocketEndpointOptions, WebSocketEndpointOptions>? Configure)
{
    /// <summary>The server's defaults as this route changes them; set when the server starts.</summary>
    public WebSocketEndpointOptions Options { get; set; } = new();
}

/// <summary>One ordinary HTTP route: a method, a path, and what answers there.</summary>
internal sealed record HttpRoute(string Method, PathTemplate Path, Func<HttpRequest, Task<HttpReply>> Handler)
{
    /// <summary>Whether its requests have a body (RFC 9110 section 9.3.1: that of GET has no meaning).</summary>
    public bool TakesBody => Method is not ("GET" or "HEAD");

    public bool Answers(string method) => Method == method || (Method == "GET" && method == "HEAD");
}
