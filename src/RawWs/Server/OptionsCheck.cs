using RawWs.Protocol.Handshake;
using RawWs.Transport;

namespace RawWs.Server;

/// <summary>Finds all that is wrong with a server's options at once.</summary>
internal static class OptionsCheck
{
    /// <summary>Deadlines beyond this are surely a mistake of units.</summary>
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromDays(365);

    /// <param name="options">The options of the server.</param>
    /// <param name="routes">Its routes, with their own options.</param>
    /// <param name="tlsProblems">What is wrong with TLS: that is found by loading the certificates.</param>
    /// <exception cref="ArgumentException">Something is out of range; the message names all of it.</exception>
    public static void ThrowIfInvalid(WebSocketServerOptions options, IReadOnlyList<Route> routes, IReadOnlyList<string> tlsProblems)
    {
        List<string> problems = [.. tlsProblems];
        if (options.Listen.Count == 0)
            problems.Add("Listen is empty: name at least one address, such as ws://127.0.0.1:8080.");
        foreach (string address in options.Listen)
            CheckAddress(problems, address);
        AtLeast(problems, nameof(options.Backlog), options.Backlog, 1);
        AtLeast(problems, nameof(options.MaxConnections), options.MaxConnections, 0);
        AtLeast(problems, nameof(options.MaxConnectionsPerAddress), options.MaxConnectionsPerAddress, 0);
        AtLeast(problems, nameof(options.MaxLineBytes), options.MaxLineBytes, 0);
        AtLeast(problems, nameof(options.MaxHeadBytes), options.MaxHeadBytes, 0);
        AtLeast(problems, nameof(options.MaxHeaders), options.MaxHeaders, 0);
        AtLeast(problems, nameof(options.MaxBodyBytes), options.MaxBodyBytes, 0);
        Deadline(problems, nameof(options.HandshakeTimeout), options.HandshakeTimeout, mayBeZero: true);
        Check(problems, "Defaults", options.Defaults);
        foreach (Route route in routes)
            if (route.Options != options.Defaults)
                Check(problems, route.Path.Text, route.Options);
        if (problems.Count > 0)
            throw new ArgumentException("The options are not valid:\n" + string.Join('\n', problems));
    }

    private static void Check(List<string> problems, string owner, WebSocketEndpointOptions options)
    {
        AtLeast(problems, $"{owner}: {nameof(options.MaxMessageBytes)}", options.MaxMessageBytes, 0);
        AtLeast(problems, $"{owner}: {nameof(options.MaxFragments)}", options.MaxFragments, 0);
        AtLeast(problems, $"{owner}: {nameof(options.ReadAhead)}", options.ReadAhead, 1);
        AtLeast(problems, $"{owner}: {nameof(options.MaxQueuedBytes)}", options.MaxQueuedBytes, 1);
        Deadline(problems, $"{owner}: {nameof(options.SendTimeout)}", options.SendTimeout, mayBeZero: true);
        Deadline(problems, $"{owner}: {nameof(options.KeepAliveInterval)}", options.KeepAliveInterval, mayBeZero: true);
        Deadline(problems, $"{owner}: {nameof(options.KeepAliveTimeout)}", options.KeepAliveTimeout, mayBeZero: true);
        Deadline(problems, $"{owner}: {nameof(options.IdleTimeout)}", options.IdleTimeout, mayBeZero: true);
        Deadline(problems, $"{owner}: {nameof(options.CloseTimeout)}", options.CloseTimeout, mayBeZero: false);
        if (options.RequireSubprotocol && options.Subprotocols.Count == 0 && options.ChooseSubprotocol is null)
            problems.Add($"{owner}: {nameof(options.RequireSubprotocol)} is set, {nameof(options.Subprotocols)} is empty, and there is no {nameof(options.ChooseSubprotocol)}: every client would be refused.");
        if (options.BearerSubprotocolPrefix is { } prefix)
            CheckPrefix(problems, $"{owner}: {nameof(options.BearerSubprotocolPrefix)}", prefix, options.Subprotocols);
    }

    private static void CheckPrefix(List<string> problems, string name, string prefix, IReadOnlyList<string> subprotocols)
    {
        if (!HttpCharacters.IsToken(prefix))
            problems.Add($"{name} is \"{prefix}\": it must be a token of at least one character, such as bearer. (RFC 6455 section 4.1).");
        else if (subprotocols.FirstOrDefault(subprotocol => subprotocol.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } hidden)
            problems.Add($"{name} is \"{prefix}\", and the subprotocol {hidden} begins with it: it would be taken for a token.");
    }

    private static void CheckAddress(List<string> problems, string address)
    {
        try
        {
            ListenAddress.Parse(address);
        }
        catch (FormatException error)
        {
            problems.Add($"Listen: {error.Message}");
        }
    }

    public static void AtLeast(List<string> problems, string name, long value, long least)
    {
        if (value < least)
            problems.Add($"{name} is {value}: it must be at least {least}.");
    }

    public static void Deadline(List<string> problems, string name, TimeSpan value, bool mayBeZero)
    {
        if (value < TimeSpan.Zero || value > LongestDeadline || (value == TimeSpan.Zero && !mayBeZero))
            problems.Add($"{name} is {value}: it must be {(mayBeZero ? "zero (off) or " : "")}a time up to 365 days.");
    }
}
