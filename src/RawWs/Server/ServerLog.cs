using Microsoft.Extensions.Logging;

namespace RawWs.Server;

/// <summary>Every event that the server logs, each with its own id; ids are never used again for something else.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Debug, "Listening on {Endpoint}")]
    public static partial void Listening(this ILogger logger, Uri endpoint);

    [LoggerMessage(2, LogLevel.Debug, "Connection {Id} opened: {Path} from {Remote}")]
    public static partial void Opened(this ILogger logger, long id, string path, PeerName remote);

    [LoggerMessage(3, LogLevel.Debug, "Connection {Id} {Result}")]
    public static partial void Closed(this ILogger logger, long id, WebSocketCloseResult result);

    [LoggerMessage(4, LogLevel.Information, "Connection {Id} from {Remote} broke the protocol and is closed with {Status}: {Rule}")]
    public static partial void Violation(this ILogger logger, long id, PeerName remote, int status, string rule);

    [LoggerMessage(5, LogLevel.Error, "The handler of connection {Id} at {Path} failed; the connection is closed with 1011")]
    public static partial void HandlerFailed(this ILogger logger, Exception error, long id, string path);

    [LoggerMessage(6, LogLevel.Error, "The HTTP handler of {Method} {Path} failed; the answer is 500")]
    public static partial void HttpHandlerFailed(this ILogger logger, Exception error, string method, string path);

    [LoggerMessage(7, LogLevel.Information, "A request from {Remote} was refused with {Status}: {Reason}")]
    public static partial void Refused(this ILogger logger, PeerName remote, int status, string reason);

    [LoggerMessage(8, LogLevel.Debug, "A peer at {Remote} went away before its request was complete")]
    public static partial void GoneBeforeRequest(this ILogger logger, PeerName remote);

    [LoggerMessage(9, LogLevel.Warning, "Accepting on {Endpoint} pauses: {Reason}")]
    public static partial void AcceptPaused(this ILogger logger, Uri endpoint, string reason);

    [LoggerMessage(10, LogLevel.Critical, "Accepting on {Endpoint} has ended")]
    public static partial void AcceptEnded(this ILogger logger, Exception error, Uri endpoint);

    [LoggerMessage(11, LogLevel.Debug, "A connection to {Endpoint} broke while it was accepted: {Reason}")]
    public static partial void AcceptFailed(this ILogger logger, Uri endpoint, string reason);

    [LoggerMessage(12, LogLevel.Error, "The upgrade hook of {Path} failed; the answer is 500")]
    public static partial void UpgradeHookFailed(this ILogger logger, Exception error, string path);

    [LoggerMessage(13, LogLevel.Information, "Stopping: {Count} connections are closed with 1001")]
    public static partial void Stopping(this ILogger logger, int count);

    [LoggerMessage(14, LogLevel.Warning, "{Count} connections did not close within the drain time and are aborted")]
    public static partial void DrainOver(this ILogger logger, int count);

    [LoggerMessage(15, LogLevel.Error, "Serving a connection from {Remote} failed")]
    public static partial void ServeFailed(this ILogger logger, Exception error, PeerName remote);
}
