using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace RawWs.Protocol.Handshake;

/// <summary>Reads one response head from bytes that come in pieces: its limits and its syntax.</summary>
/// <remarks>The answer depends on the bytes alone, never on how they were cut. A reader reads one head: what follows an informational one needs a new reader.</remarks>
internal sealed class ResponseReader
{
    public ResponseReader(HeadLimits limits) => _ = limits;

    /// <summary>Reads what came; each call gets all bytes that were not consumed, those of earlier calls first.</summary>
    /// <exception cref="WebSocketHandshakeException">With status 0: this is no HTTP response.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> input, [NotNullWhen(true)] out ResponseHead? head) => throw new NotImplementedException();
}
