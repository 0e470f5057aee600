using System.Security.Authentication;
using RawWs;
using RawWs.ClientLoad;

const int Done = 0;
const int Failed = 1;
const int BadArguments = 2;

LoadOptions options;
try
{
    options = LoadOptions.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n\n{LoadOptions.Usage}");
    return BadArguments;
}

// the runtime reads it once, at the process's first socket; nothing here blocks the thread that it then runs on
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", options.InlineCompletions ? "1" : "0");

try
{
    await (options.Mode == LoadMode.Echo ? EchoRun.RunAsync(options) : IdleRun.RunAsync(options));
    return Done;
}
catch (Exception e) when (e is IOException or InvalidDataException or TimeoutException or AuthenticationException or ArgumentException
    or WebSocketHandshakeException or WebSocketClosedException or WebSocketProtocolException)
{
    Console.Error.WriteLine(e.Message);
    return Failed;
}
