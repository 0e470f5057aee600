using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace RawWs.Host;

/// <summary>The program's own log events; an id is never used twice, nor again after its event is gone.</summary>
internal static partial class HostEvents
{
    [LoggerMessage(9001, LogLevel.Information, "{Signal}: closing all connections, waiting up to {Drain}; a second signal ends the program at once")]
    public static partial void Stopping(this ILogger log, PosixSignal signal, TimeSpan drain);

    [LoggerMessage(9002, LogLevel.Information, "Stopped")]
    public static partial void Stopped(this ILogger log);
}
