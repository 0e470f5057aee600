namespace RawWs.Protocol.Handshake;

/// <summary>What a valid upgrade request asks for.</summary>
/// <param name="Head">The request.</param>
/// <param name="Accept">The 28 bytes of <c>Sec-WebSocket-Accept</c>.</param>
/// <param name="Subprotocols">In the client's order of preference.</param>
/// <param name="BearerToken">What stood among the subprotocols and is taken out of them and of the request.</param>
internal readonly record struct UpgradeRequest(RequestHead Head, ReadOnlyMemory<byte> Accept, IReadOnlyList<string> Subprotocols, string? BearerToken);
