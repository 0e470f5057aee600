using Microsoft.Extensions.Logging;

namespace RawWs.Client;

/// <summary>The events of a client; ids are unique in the whole library and are never used again for something else.</summary>
internal static partial class ClientEvents
{
    public const string Category = "RawWs.Client";

    [LoggerMessage(30, LogLevel.Debug, "Connection {Id} is open to {Server}")]
    public static partial void Connected(this ILogger logger, long id, string server);

    [LoggerMessage(31, LogLevel.Debug, "Connection {Id} is over: {Result}")]
    public static partial void Ended(this ILogger logger, long id, WebSocketCloseResult result);

    [LoggerMessage(32, LogLevel.Information, "Connecting to {Server} again in {Wait}: {Reason}")]
    public static partial void Retrying(this ILogger logger, string server, TimeSpan wait, string reason);

    [LoggerMessage(33, LogLevel.Warning, "The zlib of .NET could not be loaded: compression is not offered")]
    public static partial void CompressionUnavailable(this ILogger logger);
}
