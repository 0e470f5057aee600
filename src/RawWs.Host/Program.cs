using System.Reflection;
using System.Text;
using Microsoft.Extensions.Logging;
using RawWs.Host.Endpoints;
using RawWs.Host.Logging;
using RawWs.Host.Settings;

namespace RawWs.Host;

/// <summary>The program: reads settings, serves until a signal, and says with its exit code how that went.</summary>
internal static class Program
{
    private const int Done = 0;
    private const int CouldNotStart = 1;
    private const int BadSettings = 2;

    public static async Task<int> Main(string[] args)
    {
        try
        {
            CommandLine line = CommandLine.Parse(args);
            if (line.AsksForHelp)
                return Say(Help.Text);
            if (line.AsksForVersion)
                return Say($"rawws {Assembly.GetExecutingAssembly().GetName().Version?.ToString(3)}");
            return await ServeAsync(SettingsReader.Read(Sources(line)));
        }
        catch (SettingsException e)
        {
            foreach (string problem in e.Problems)
                Complain(problem);
            return BadSettings;
        }
    }

    private static IEnumerable<SettingsSource> Sources(CommandLine line)
    {
        if (SettingsSource.FindFile(line.SettingsFile, Directory.GetCurrentDirectory(), AppContext.BaseDirectory) is { } file)
            yield return SettingsSource.FromFile(file);
        yield return SettingsSource.FromEnvironment();
        yield return SettingsSource.FromCommandLine(line.Values);
    }

    private static async Task<int> ServeAsync(HostSettings settings)
    {
        // the runtime reads it once, at the process's first socket
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", settings.InlineCompletions ? "1" : "0");

        TlsSettings.LoadClientRoots(settings);
        WebSocketCompression.MaxContexts = settings.Compression.MaxContexts;
        using LineLoggerFactory loggers = new(settings.LogLevel, Console.OpenStandardError(), TimeProvider.System);
        ILogger log = loggers.CreateLogger("rawws");
        settings.Server.LoggerFactory = loggers;
        using MemoryTrimmer trimmer = new(TimeProvider.System, static () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true));
        trimmer.Watch(settings.Server);
        await using WebSocketServer server = new(settings.Server);
        Routes.Map(server);

        using StopSignals signals = new();
        try
        {
            await server.StartAsync();
        }
        catch (ArgumentException e)                                     // such as a certificate that cannot be used
        {
            throw new SettingsException([.. e.Message.Split('\n').Skip(1).Select(problem => TlsSettings.InKeys(problem, settings))]);
        }
        catch (IOException e)
        {
            Complain($"could not start, Server:Listen: {e.Message}");
            return CouldNotStart;
        }

        foreach (Uri endpoint in server.Endpoints)
            Say($"listening on {endpoint.OriginalString} (sockets)");
        log.Stopping(await signals.First, settings.Drain);
        await server.StopAsync(settings.Drain);
        log.Stopped();
        return Done;
    }

    private static int Say(string text)
    {
        Write(Console.OpenStandardOutput(), text);
        return Done;
    }

    private static void Complain(string problem) => Write(Console.OpenStandardError(), "rawws: " + Printable.From(problem));

    // Console.Out would set up a terminal first, which costs more than the rest of the start
    private static void Write(Stream stream, string line) => stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
}
