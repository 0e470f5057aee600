namespace RawWs.Protocol.Handshake;

/// <summary>What a valid upgrade request asks for.</summary>
/// <param name="Accept">The 28 bytes of <c>Sec-WebSocket-Accept</c>.</param>
/// <param name="Subprotocols">In the client's order of preference.</param>
/// <param name="Extensions">In the client's order of preference.</param>
internal readonly record struct UpgradeRequest(
    ReadOnlyMemory<byte> Accept, IReadOnlyList<string> Subprotocols, IReadOnlyList<ExtensionOffer> Extensions);
