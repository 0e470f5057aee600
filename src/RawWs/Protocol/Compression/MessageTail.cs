namespace RawWs.Protocol.Compression;

/// <summary>The end of every flushed output, <c>00 00 FF FF</c>: the length of an empty stored block, which is not sent (RFC 7692 section 7.2.1).</summary>
internal static class MessageTail
{
    private const int Bytes = 4;

    /// <summary>Takes the tail off a message's last output; gives the size of the rest.</summary>
    public static int Remove(Span<byte> output, int size)
    {
        if (size >= Bytes)
            return size - Bytes;
        output[0] = 0;                                                  // nothing came out: an empty block (section 7.2.3.6)
        return 1;
    }
}
