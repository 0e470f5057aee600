namespace RawWs.Protocol.Handshake;

/// <summary>The rules by which a client judges the answer to its upgrade request (RFC 6455 section 4.1), in their order.</summary>
internal static class ClientHandshake
{
    /// <summary>Judges the answer; its result is the subprotocol that the server chose.</summary>
    /// <param name="head">The answer, not an informational one.</param>
    /// <param name="key">The 24 characters that were sent as <c>Sec-WebSocket-Key</c>.</param>
    /// <param name="offeredSubprotocols">What was sent as <c>Sec-WebSocket-Protocol</c>.</param>
    /// <exception cref="WebSocketHandshakeException">A rule is broken.</exception>
    public static string? Check(ResponseHead head, ReadOnlySpan<byte> key, IReadOnlyList<string> offeredSubprotocols) => throw new NotImplementedException();

    /// <summary>What to throw for a status other than 101, once the body is there.</summary>
    public static WebSocketHandshakeException Refused(ResponseHead head, ReadOnlyMemory<byte> body) => throw new NotImplementedException();
}
