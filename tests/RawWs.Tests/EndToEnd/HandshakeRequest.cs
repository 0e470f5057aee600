using RawWs.Tests.Support;

namespace RawWs.Tests.EndToEnd;

/// <summary>A request as text: a valid upgrade that each row of a table changes in one place. <c>{host}</c> stands for the server's address.</summary>
internal sealed record HandshakeRequest(string Line, IReadOnlyList<string> Headers, string Body = "")
{
    /// <summary>What a browser's handshake comes down to (RFC 6455 section 4.1).</summary>
    public static HandshakeRequest Upgrade { get; } = new(
        "GET /echo HTTP/1.1",
        ["Host: {host}", "Upgrade: websocket", "Connection: Upgrade", $"Sec-WebSocket-Key: {RawPeer.Key}", "Sec-WebSocket-Version: 13"]);

    /// <summary>An ordinary HTTP request.</summary>
    public static HandshakeRequest Plain(string line) => new(line, ["Host: {host}"]);

    /// <summary>The same for another path.</summary>
    public HandshakeRequest To(string path) => this with { Line = $"GET {path} HTTP/1.1" };

    /// <summary>The same with one header changed, wherever its name stands, into these lines.</summary>
    public HandshakeRequest With(params string[] lines)
    {
        string name = lines[0][..(lines[0].IndexOf(':') + 1)];
        return this with { Headers = [.. Headers.Where(line => !line.StartsWith(name, StringComparison.OrdinalIgnoreCase)), .. lines] };
    }

    /// <summary>The same without one header.</summary>
    public HandshakeRequest Without(string name) =>
        this with { Headers = [.. Headers.Where(line => !line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))] };

    /// <summary>The same with these lines at the end, whatever they are.</summary>
    public HandshakeRequest Plus(params IEnumerable<string> lines) => this with { Headers = [.. Headers, .. lines] };

    public override string ToString() => $"{Line}\r\n{string.Concat(Headers.Select(line => line + "\r\n"))}\r\n{Body}";
}
