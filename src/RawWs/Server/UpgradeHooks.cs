using RawWs.Protocol.Handshake;

namespace RawWs.Server;

/// <summary>Asks the application about one valid upgrade request: the boundary at which what its callbacks throw becomes 500.</summary>
internal sealed class UpgradeHooks(ServerContext server, WebSocketEndpointOptions options, HttpRequest request)
{
    private static readonly UpgradeDecision AcceptAll = UpgradeDecision.Accept();

    /// <summary>The subprotocol by the route's callback, or by its list.</summary>
    /// <exception cref="WebSocketHandshakeException">None is chosen where one is needed (400), or the callback failed (500).</exception>
    public string? Choose(IReadOnlyList<string> offered)
    {
        string? chosen = options.ChooseSubprotocol is { } callback ? Choose(offered, callback) : SubprotocolOffer.Choose(offered, options.Subprotocols);
        if (chosen is null && options.RequireSubprotocol)
            throw new WebSocketHandshakeException(400, $"A subprotocol of this route is needed{(options.Subprotocols.Count > 0 ? ": " : "")}{string.Join(", ", options.Subprotocols)}.");
        return chosen;
    }

    /// <summary>What the upgrade hook decides.</summary>
    /// <exception cref="WebSocketHandshakeException">It failed (500), or there is no time left for it (408, 503).</exception>
    public async Task<UpgradeDecision> AskAsync(IReadOnlyList<string> offered, ExchangeDeadline deadline)
    {
        if (options.OnUpgrade is not { } hook)
            return AcceptAll;
        using CancellationTokenSource stopped = CancellationTokenSource.CreateLinkedTokenSource(server.Stopped);
        deadline.Over = () => Cancel(stopped);
        if (deadline.IsOver)                                            // it passed before anybody listened
            Cancel(stopped);
        try
        {
            UpgradeDecision decision = await hook(request, stopped.Token).ConfigureAwait(false);
            deadline.ThrowIfOver();
            ThrowIfNotOffered(decision.Subprotocol, offered, nameof(options.OnUpgrade));
            return decision;
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            deadline.ThrowIfOver();
            throw new WebSocketHandshakeException(503, "The server is stopping.", HttpExchange.RetryLater);
        }
#pragma warning disable CA1031 // the application may throw anything; this is where it is answered with 500
        catch (Exception error) when (error is not WebSocketHandshakeException)
#pragma warning restore CA1031
        {
            throw Failed(error);
        }
        finally
        {
            deadline.Over = null;
        }
    }

    /// <summary>What the application registered with the token runs here, where the deadline's timer calls.</summary>
    private void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // the hook has just returned
        }
        catch (AggregateException error)
        {
            server.Logger.UpgradeHookFailed(error, request.Path);
        }
    }

    public WebSocketHandshakeException Failed(Exception error)
    {
        server.Logger.UpgradeHookFailed(error, request.Path);
        return new(500, "The upgrade hook failed.");
    }

    private string? Choose(IReadOnlyList<string> offered, Func<HttpRequest, string?> callback)
    {
        if (offered.Count == 0)
            return null;
        try
        {
            string? chosen = callback(request);
            ThrowIfNotOffered(chosen, offered, nameof(options.ChooseSubprotocol));
            return chosen;
        }
#pragma warning disable CA1031 // the application may throw anything; this is where it is answered with 500
        catch (Exception error)
#pragma warning restore CA1031
        {
            throw Failed(error);
        }
    }

    /// <summary>What was chosen is not named: a callback that reads the raw request may have taken a token for a subprotocol.</summary>
    private static void ThrowIfNotOffered(string? chosen, IReadOnlyList<string> offered, string callback)
    {
        if (chosen is not null && !offered.Contains(chosen, StringComparer.Ordinal))
            throw new InvalidOperationException($"{callback} chose a subprotocol that the client did not offer: choose one of {nameof(HttpRequest)}.{nameof(HttpRequest.Subprotocols)}.");
    }
}
