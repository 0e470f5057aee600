using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RawWs.ClientLoad;

/// <summary>What stands on the command line; the names are those of <c>wsload</c>.</summary>
internal sealed record LoadOptions
{
    public const string Usage = """
        usage: RawWs.ClientLoad MODE --url ws[s]://HOST:PORT/echo [options]
        modes
          echo   closed loop: --pipeline messages in flight on each connection; every byte that comes back is checked
          idle   opens the connections, says "ready", holds them; reports this process's memory
        options
          --conns C --parallel H          connections (100), handshakes at once (64)
          --size B --pipeline P           bytes of a text message (20), in flight (1)
          --warmup S --duration S         seconds (1, 5); idle: --duration 0 holds until standard input ends
          --probe                         idle: echo one message on each connection first
          --ca FILE | --insecure          wss: a PEM file to trust, or no check of the certificate
          --no-inline                     completions of sockets on the thread pool instead of on the socket engine's thread
        prints one line of JSON
        """;

    public LoadMode Mode { get; private init; }

    public Uri Url { get; private set; } = null!;

    public int Connections { get; private set; } = 100;

    public int Parallel { get; private set; } = 64;

    public int Size { get; private set; } = 20;

    public int Pipeline { get; private set; } = 1;

    public TimeSpan Warmup { get; private set; } = TimeSpan.FromSeconds(1);

    public TimeSpan Duration { get; private set; } = TimeSpan.FromSeconds(5);

    public bool Probe { get; private set; }

    public bool InlineCompletions { get; private set; } = true;

    public WebSocketClientOptions Client { get; private set; } = new() { Proxy = WebSocketProxy.None };

    /// <exception cref="FormatException">An argument is not understood.</exception>
    public static LoadOptions Parse(string[] args)
    {
        LoadOptions options = args switch
        {
            ["echo", ..] => new() { Mode = LoadMode.Echo },
            ["idle", ..] => new() { Mode = LoadMode.Idle },
            _ => throw new FormatException("The first argument is the mode."),
        };
        for (int i = 1; i < args.Length; i++)
            if (!options.Switch(args[i]))
                options.Set(args[i], ++i < args.Length ? args[i] : throw new FormatException($"{args[i - 1]} is unknown, or has no value."));
        return options.Url is null ? throw new FormatException("--url is needed.") : options;
    }

    private bool Switch(string name)
    {
        switch (name)
        {
            case "--probe": Probe = true; return true;
            case "--no-inline": InlineCompletions = false; return true;
            case "--insecure": Client = Client with { Tls = new() { ValidateCertificate = static (_, _, _) => true } }; return true;
            default: return false;
        }
    }

    private void Set(string name, string value)
    {
        switch (name)
        {
            case "--url": Url = new Uri(value); break;
            case "--conns": Connections = Number(name, value, min: 1); break;
            case "--parallel": Parallel = Number(name, value, min: 1); break;
            case "--size": Size = Number(name, value, min: 0); break;
            case "--pipeline": Pipeline = Number(name, value, min: 1); break;
            case "--warmup": Warmup = Seconds(name, value); break;
            case "--duration": Duration = Seconds(name, value); break;
            case "--ca": Client = Client with { Tls = new() { TrustedRoots = Certificates(value) } }; break;
            default: throw new FormatException($"{name} is unknown.");
        }
    }

    private static int Number(string name, string value, int min) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min
            ? number
            : throw new FormatException($"{name} takes a whole number from {min} on.");

    private static TimeSpan Seconds(string name, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            ? TimeSpan.FromSeconds(seconds)
            : throw new FormatException($"{name} takes seconds.");

    private static X509Certificate2Collection Certificates(string file)
    {
        X509Certificate2Collection roots = [];
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or CryptographicException)
        {
            throw new FormatException($"--ca {file}: {e.Message}", e);
        }
        return roots.Count > 0 ? roots : throw new FormatException($"--ca {file}: there is no certificate in it.");
    }
}
