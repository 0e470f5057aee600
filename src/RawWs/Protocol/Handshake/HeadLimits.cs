namespace RawWs.Protocol.Handshake;

/// <summary>How much a peer may send before its request or its response is complete; 0 is no limit.</summary>
/// <param name="MaxLineBytes">The longest line, its line end included.</param>
/// <param name="MaxHeadBytes">The longest head, its blank line included.</param>
/// <param name="MaxHeaders">The most header lines.</param>
internal sealed record HeadLimits(int MaxLineBytes, int MaxHeadBytes, int MaxHeaders);
