using RawWs.Protocol.Handshake;
using RawWs.Transport;

namespace RawWs.Server;

/// <summary>Finds all that is wrong with a server's options at once.</summary>
internal static class OptionsCheck
{
    /// <param name="options">The options of the server.</param>
    /// <param name="routes">Its routes, with their own options.</param>
    /// <param name="problems">What is wrong with TLS, which is found by loading the certificates; the rest is added.</param>
    /// <exception cref="ArgumentException">Something is out of range; the message names all of it.</exception>
    public static void ThrowIfInvalid(WebSocketServerOptions options, IReadOnlyList<Route> routes, OptionProblems problems)
    {
        if (options.Listen.Count == 0)
            problems.Add("Listen is empty: name at least one address, such as ws://127.0.0.1:8080.");
        foreach (string address in options.Listen)
            CheckAddress(problems, address);
        problems.AtLeast(nameof(options.Backlog), options.Backlog, 1);
        problems.AtLeast(nameof(options.MaxConnections), options.MaxConnections, 0);
        problems.AtLeast(nameof(options.MaxConnectionsPerAddress), options.MaxConnectionsPerAddress, 0);
        problems.AtLeast(nameof(options.MaxLineBytes), options.MaxLineBytes, 0);
        problems.AtLeast(nameof(options.MaxHeadBytes), options.MaxHeadBytes, 0);
        problems.AtLeast(nameof(options.MaxHeaders), options.MaxHeaders, 0);
        problems.AtLeast(nameof(options.MaxBodyBytes), options.MaxBodyBytes, 0);
        problems.Deadline(nameof(options.HandshakeTimeout), options.HandshakeTimeout, mayBeZero: true);
        Check(problems, "Defaults", options.Defaults);
        foreach (Route route in routes)
            if (route.Options != options.Defaults)
                Check(problems, route.Path.Text, route.Options);
        problems.ThrowIfAny();
    }

    private static void Check(OptionProblems problems, string owner, WebSocketEndpointOptions options)
    {
        problems.Check($"{owner}: ", options);
        if (options.RequireSubprotocol && options.Subprotocols.Count == 0 && options.ChooseSubprotocol is null)
            problems.Add($"{owner}: {nameof(options.RequireSubprotocol)} is set, {nameof(options.Subprotocols)} is empty, and there is no {nameof(options.ChooseSubprotocol)}: every client would be refused.");
        if (options.BearerSubprotocolPrefix is { } prefix)
            CheckPrefix(problems, $"{owner}: {nameof(options.BearerSubprotocolPrefix)}", prefix, options.Subprotocols);
    }

    private static void CheckPrefix(OptionProblems problems, string name, string prefix, IReadOnlyList<string> subprotocols)
    {
        if (!HttpCharacters.IsToken(prefix))
            problems.Add($"{name} is \"{prefix}\": it must be a token of at least one character, such as bearer. (RFC 6455 section 4.1).");
        else if (subprotocols.FirstOrDefault(subprotocol => subprotocol.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } hidden)
            problems.Add($"{name} is \"{prefix}\", and the subprotocol {hidden} begins with it: it would be taken for a token.");
    }

    private static void CheckAddress(OptionProblems problems, string address)
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
}
