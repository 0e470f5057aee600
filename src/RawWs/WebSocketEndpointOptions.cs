namespace RawWs;

/// <summary>Limits, deadlines and choices of one route; <see cref="WebSocketServerOptions.Defaults"/> holds those of all routes.</summary>
/// <remarks>Zero means no limit, or off, unless a member says otherwise. Immutable: change a copy by <c>with</c>.</remarks>
public sealed record WebSocketEndpointOptions : WebSocketConnectionOptions
{
    /// <summary>Origins that may connect besides the same origin, such as <c>https://app.example</c>; <c>*</c> allows every origin (RFC 6455 section 10.2). Protects browsers' users from foreign pages.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Whether a request without <c>Origin</c>, which no browser sends, may connect. Default true.</summary>
    public bool AllowMissingOrigin { get; init; } = true;

    /// <summary>The subprotocols of this route, best first; the first that the client offers too is chosen (RFC 6455 section 1.9).</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>Whether a client that offers none of <see cref="Subprotocols"/> is refused with 400. Default false: the answer omits the header.</summary>
    public bool RequireSubprotocol { get; init; }

    /// <summary>Called for each valid upgrade request before it is answered: accepts it, with a subprotocol and headers, or rejects it. The token fires when the handshake deadline passes or the server stops.</summary>
    public Func<HttpRequest, CancellationToken, ValueTask<UpgradeDecision>>? OnUpgrade { get; init; }
}
