namespace RawWs.Protocol.Framing;

/// <summary>What the first byte of a frame says (RFC 6455 section 5.2).</summary>
/// <param name="Opcode">What the frame is.</param>
/// <param name="IsFinal">FIN: the last frame of its message.</param>
/// <param name="Rsv1">The message is compressed; on its first frame only (RFC 7692 section 6).</param>
internal readonly record struct FirstByte(Opcode Opcode, bool IsFinal = true, bool Rsv1 = false);
