using System.Buffers;

namespace RawWs.Protocol.Handshake;

/// <summary>Gathers the first bytes of a response's body, as they come, without its framing (RFC 9112 section 6.3).</summary>
/// <remarks>The body of a refusal is there to be read by people: one that is framed badly simply ends where the fault is.</remarks>
internal sealed class ResponseBody
{
    public ResponseBody(ResponseHead head, int maxBytes) => _ = (head, maxBytes);

    public ReadOnlyMemory<byte> Bytes => throw new NotImplementedException();

    /// <summary>Takes all that it is given, whatever the outcome; true when all is there that is wanted: the whole body, or its first bytes up to the limit.</summary>
    public bool TryRead(ref ReadOnlySequence<byte> input) => throw new NotImplementedException();
}
