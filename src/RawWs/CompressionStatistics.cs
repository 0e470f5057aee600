namespace RawWs;

/// <summary>What permessage-deflate did on one connection so far. Plain messages are not counted.</summary>
/// <param name="SentBytes">The bytes of compressed messages that were sent, before.</param>
/// <param name="SentCompressedBytes">The same, as they went over the wire.</param>
/// <param name="ReceivedBytes">The bytes of compressed messages that were received, afterwards.</param>
/// <param name="ReceivedCompressedBytes">The same, as they came over the wire.</param>
public readonly record struct CompressionStatistics(long SentBytes, long SentCompressedBytes, long ReceivedBytes, long ReceivedCompressedBytes);
