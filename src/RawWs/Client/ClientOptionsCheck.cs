namespace RawWs.Client;

/// <summary>Finds all that is wrong with a client's options at once.</summary>
internal static class ClientOptionsCheck
{
    /// <summary>What browsers and the peers allow at most; more is a loop.</summary>
    private const int MostRedirects = 10;

    /// <exception cref="ArgumentException">Something is out of range or contradicts something else; the message names all of it.</exception>
    public static void ThrowIfInvalid(WebSocketClientOptions options)
    {
        OptionProblems problems = new();
        problems.Check("", options);
        problems.Deadline(nameof(options.ConnectTimeout), options.ConnectTimeout, mayBeZero: true);
        problems.Deadline(nameof(options.HandshakeTimeout), options.HandshakeTimeout, mayBeZero: true);
        problems.AtLeast(nameof(options.MaxLineBytes), options.MaxLineBytes, 0);
        problems.AtLeast(nameof(options.MaxHeadBytes), options.MaxHeadBytes, 0);
        problems.AtLeast(nameof(options.MaxHeaders), options.MaxHeaders, 0);
        if (options.MaxRedirects is < 0 or > MostRedirects)
            problems.Add($"{nameof(options.MaxRedirects)} is {options.MaxRedirects}: it must be from 0 (none) to {MostRedirects}.");
        if (options.UnixSocket is not null && options.ConnectCallback is not null)
            problems.Add($"{nameof(options.UnixSocket)} and {nameof(options.ConnectCallback)} are both set: each is a way to the server, choose one.");
        problems.Deadline($"{nameof(options.Reconnect)}.{nameof(ReconnectOptions.FirstDelay)}", options.Reconnect.FirstDelay, mayBeZero: false);
        problems.Deadline($"{nameof(options.Reconnect)}.{nameof(ReconnectOptions.MaxDelay)}", options.Reconnect.MaxDelay, mayBeZero: false);
        problems.Deadline($"{nameof(options.Reconnect)}.{nameof(ReconnectOptions.StableAfter)}", options.Reconnect.StableAfter, mayBeZero: true);
        if (options.Reconnect.MaxDelay < options.Reconnect.FirstDelay)
            problems.Add($"{nameof(options.Reconnect)}.{nameof(ReconnectOptions.MaxDelay)} is {options.Reconnect.MaxDelay}: it must be at least {nameof(ReconnectOptions.FirstDelay)}.");
        if (options.Tls.TargetHost is { } name && Uri.CheckHostName(name) == UriHostNameType.Unknown)
            problems.Add($"{nameof(options.Tls)}.{nameof(TlsClientOptions.TargetHost)} is no host name or address.");
        problems.ThrowIfAny();
    }
}
