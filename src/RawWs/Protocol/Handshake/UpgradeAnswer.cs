using RawWs.Protocol.Compression;

namespace RawWs.Protocol.Handshake;

/// <summary>What a valid answer to an upgrade request agrees to.</summary>
/// <param name="Subprotocol">The one that the server chose of those that were offered.</param>
/// <param name="Deflate">How messages may be compressed; <see langword="null"/> when they may not.</param>
internal readonly record struct UpgradeAnswer(string? Subprotocol, DeflateParameters? Deflate);
