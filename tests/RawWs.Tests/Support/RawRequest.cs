using System.Security.Cryptography;
using System.Text;

namespace RawWs.Tests.Support;

/// <summary>The head of an HTTP request as it was received, its header lines in order.</summary>
internal sealed record RawRequest(string RequestLine, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    private const string AcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public string Target => RequestLine.Split(' ')[1];

    /// <summary>The value that the 101 of an honest server has in <c>Sec-WebSocket-Accept</c> (RFC 6455 section 4.2.2).</summary>
    public string Accept => AcceptFor(this["Sec-WebSocket-Key"]!);

    /// <summary>The value of a header that stands once; <see langword="null"/> when there is none.</summary>
    public string? this[string name] =>
        Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).SingleOrDefault();

#pragma warning disable CA5350 // the RFC's own choice; it protects nothing
    public static string AcceptFor(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptGuid)));
#pragma warning restore CA5350
}
