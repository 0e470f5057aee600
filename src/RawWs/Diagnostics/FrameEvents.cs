using Microsoft.Extensions.Logging;

namespace RawWs.Diagnostics;

/// <summary>The events of the frame log; ids are unique in the whole library and are never used again for something else.</summary>
internal static partial class FrameEvents
{
    public const string Category = "RawWs.Frames";

    // names and directions are of one length each, so that the lines of an exchange stand below each other

    [LoggerMessage(20, LogLevel.Information, "Connection {Id} in:  {Line}")]
    public static partial void HeadRead(this ILogger logger, long id, string line);

    [LoggerMessage(21, LogLevel.Information, "Connection {Id} out: {Line}")]
    public static partial void HeadSent(this ILogger logger, long id, string line);

    [LoggerMessage(22, LogLevel.Information, "Connection {Id} in:  {Frame}")]
    public static partial void FrameRead(this ILogger logger, long id, string frame);

    [LoggerMessage(23, LogLevel.Information, "Connection {Id} out: {Frame}")]
    public static partial void FrameSent(this ILogger logger, long id, string frame);

    [LoggerMessage(24, LogLevel.Information, "Connection {Id} in:  no frame begins with {Bytes}: {Rule}")]
    public static partial void FrameRefused(this ILogger logger, long id, string bytes, string rule);
}
