using System.Buffers;

namespace RawWs.Protocol.Handshake;

/// <summary>Reads one request head from bytes that come in pieces, and refuses it at the first broken rule.</summary>
internal sealed class RequestReader(RequestLimits limits)
{
    public RequestLimits Limits { get; } = limits;

    public bool TryRead(ref ReadOnlySequence<byte> input, out RequestHead? head) => throw new NotSupportedException();
}
