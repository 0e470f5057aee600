namespace RawWs.Protocol.Framing;

/// <summary>A piece of one frame's unmasked payload, in the order of arrival.</summary>
internal readonly struct FramePart(FrameHeader header, Memory<byte> payload, bool isStart, bool isEnd)
{
    public FrameHeader Header { get; } = header;

    /// <summary>Bytes that belong to the input, or to the reader until its next call.</summary>
    public Memory<byte> Payload { get; } = payload;

    /// <summary>Whether the frame starts here.</summary>
    public bool IsStart { get; } = isStart;

    /// <summary>Whether the frame ends here.</summary>
    public bool IsEnd { get; } = isEnd;
}
