using System.Buffers;

namespace RawWs.Protocol.Handshake;

/// <summary>Writes the server's HTTP responses.</summary>
internal static class ResponseWriter
{
    public static void WriteSwitchingProtocols(
        IBufferWriter<byte> output, ReadOnlySpan<byte> accept, string? subprotocol, IReadOnlyList<KeyValuePair<string, string>> headers) =>
        throw new NotSupportedException();

    public static void WriteReply(
        IBufferWriter<byte> output, int status, string? contentType, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> body, bool omitBody) =>
        throw new NotSupportedException();

    public static void WriteRefusal(IBufferWriter<byte> output, WebSocketHandshakeException refusal) => throw new NotSupportedException();
}
