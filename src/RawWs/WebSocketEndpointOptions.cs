namespace RawWs;

/// <summary>Limits, deadlines and choices of one route; <see cref="WebSocketServerOptions.Defaults"/> holds those of all routes.</summary>
/// <remarks>Zero means no limit, or off, unless a member says otherwise. Immutable: change a copy by <c>with</c>.</remarks>
public sealed record WebSocketEndpointOptions : WebSocketConnectionOptions
{
    /// <summary>Origins that may connect besides the same origin, such as <c>https://app.example</c>; <c>*</c> allows every origin (RFC 6455 section 10.2). Protects browsers' users from foreign pages.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Whether a request without <c>Origin</c>, which no browser sends, may connect. Default true.</summary>
    public bool AllowMissingOrigin { get; init; } = true;

    /// <summary>The subprotocols of this route, best first; the first that the client offers too is chosen (RFC 6455 section 1.9), unless <see cref="OnUpgrade"/> names another.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>Chooses the subprotocol instead of <see cref="Subprotocols"/>: called before <see cref="OnUpgrade"/> for each valid upgrade request that offers any, gives one of <see cref="HttpRequest.Subprotocols"/>, or <see langword="null"/> for none of them. Anything else, or an exception, is answered with 500 and logged.</summary>
    public Func<HttpRequest, string?>? ChooseSubprotocol { get; init; }

    /// <summary>Whether a client is refused with 400, before <see cref="OnUpgrade"/>, when <see cref="Subprotocols"/> or <see cref="ChooseSubprotocol"/> choose none of what it offers. Default false: the answer omits the header.</summary>
    public bool RequireSubprotocol { get; init; }

    /// <summary>Marks a bearer token among the subprotocols, in any case, such as <c>bearer.</c> for <c>new WebSocket(url, ["chat", "bearer." + token])</c>: a page can set no header field but this. Default <see langword="null"/>: none is looked for.</summary>
    /// <remarks>
    /// What begins with it is taken out of the request before anything is chosen, is never sent back and never logged, and is found in
    /// <see cref="HttpRequest.BearerToken"/>; a second token, there or in <c>Authorization</c>, is refused with 400 (RFC 6750 section 2).
    /// A browser fails a connection whose answer has no subprotocol when it offered some, so a page has to offer another one beside the
    /// token, and the route has to choose it. The characters of the token are those of a subprotocol (RFC 9110 section 5.6.2: no <c>=</c>
    /// and no <c>/</c>): base64url without padding fits.
    /// </remarks>
    public string? BearerSubprotocolPrefix { get; init; }

    /// <summary>Called for each valid upgrade request before it is answered: accepts it, with a subprotocol and headers, or rejects it. The token fires when the handshake deadline passes or the server stops.</summary>
    public Func<HttpRequest, CancellationToken, ValueTask<UpgradeDecision>>? OnUpgrade { get; init; }
}
