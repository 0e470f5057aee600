using Microsoft.Extensions.Logging;
using RawWs.Server.Certificates;

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

    [LoggerMessage(16, LogLevel.Error, "What an upgrade hook registered with its token failed when the server stopped")]
    public static partial void StopCallbackFailed(this ILogger logger, Exception error);

    [LoggerMessage(17, LogLevel.Warning, "The zlib of .NET could not be loaded: compression is declined")]
    public static partial void CompressionUnavailable(this ILogger logger);

    [LoggerMessage(40, LogLevel.Debug, "TLS certificate {Certificate}: {Subject}, valid until {NotAfter:u}")]
    public static partial void CertificateLoaded(this ILogger logger, CertificateEntry certificate, string subject, DateTimeOffset notAfter);

    [LoggerMessage(41, LogLevel.Information, "The files of TLS certificate {Certificate} have changed, new handshakes use what they hold now: {Subject}, valid until {NotAfter:u}")]
    public static partial void CertificateReloaded(this ILogger logger, CertificateEntry certificate, string subject, DateTimeOffset notAfter);

    [LoggerMessage(42, LogLevel.Error, "The files of TLS certificate {Certificate} have changed and cannot be used, the old one is kept: {Reason}")]
    public static partial void CertificateKept(this ILogger logger, CertificateEntry certificate, string reason);

    [LoggerMessage(43, LogLevel.Warning, "TLS certificate {Certificate} ({Subject}) {Expiry}: it is valid from {NotBefore:u} to {NotAfter:u}")]
    public static partial void CertificateExpiry(this ILogger logger, CertificateEntry certificate, string subject, string expiry, DateTimeOffset notBefore, DateTimeOffset notAfter);

    [LoggerMessage(44, LogLevel.Error, "Looking for new TLS certificates failed; the old ones are kept")]
    public static partial void CertificateWatchFailed(this ILogger logger, Exception error);

    [LoggerMessage(45, LogLevel.Warning, "TLS certificates are given and not used: no address to listen on begins with wss://")]
    public static partial void CertificatesUnused(this ILogger logger);

    [LoggerMessage(46, LogLevel.Information, "A TLS handshake with {Remote} failed: {Reason}")]
    public static partial void TlsRefused(this ILogger logger, PeerName remote, string reason);

    [LoggerMessage(47, LogLevel.Error, "The check of a client's certificate ({Subject}) failed; the client is refused")]
    public static partial void ClientCertificateCheckFailed(this ILogger logger, Exception error, string subject);
}
