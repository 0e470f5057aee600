using RawWs.Protocol.Compression;

namespace RawWs.Protocol.Handshake;

/// <summary>What a client puts into its upgrade request.</summary>
/// <param name="Target">Path and query (RFC 6455 section 3).</param>
/// <param name="Host">The host, and the port unless it is the default.</param>
/// <param name="Key">The 24 characters of <c>Sec-WebSocket-Key</c>.</param>
internal readonly record struct UpgradeFields(string Target, string Host, ReadOnlyMemory<byte> Key)
{
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>The one extension that is offered.</summary>
    public DeflateOffer? Deflate { get; init; }

    public string? Origin { get; init; }

    /// <summary>The value of <c>Authorization</c>.</summary>
    public string? Authorization { get; init; }

    /// <summary>The value of <c>Cookie</c>; empty when there is a place for cookies and none in it, which writes none and leaves <see cref="Headers"/> none to bring.</summary>
    public string? Cookie { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
