namespace RawWs.Protocol.Handshake;

/// <summary>Computes <c>Sec-WebSocket-Accept</c> from <c>Sec-WebSocket-Key</c> (RFC 6455 section 4.2.2).</summary>
internal static class AcceptKey
{
    public const int KeyBytes = 24;

    public const int AcceptBytes = 28;

    public static void Compute(ReadOnlySpan<byte> key, Span<byte> accept) => throw new NotSupportedException();
}
