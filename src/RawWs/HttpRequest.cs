using System.Net;
using System.Security.Cryptography.X509Certificates;
using RawWs.Protocol.Handshake;
using RawWs.Transport;

namespace RawWs;

/// <summary>An HTTP request: the one that opened a connection, or an ordinary one on a route of <c>MapHttp</c>.</summary>
public sealed class HttpRequest
{
    private readonly RequestHead _head;
    private readonly ITransportConnection? _transport;
    private readonly byte[]? _body;
    private readonly string? _subprotocolToken;

    internal HttpRequest(RequestHead head, ITransportConnection? transport, IReadOnlyDictionary<string, string> routeValues, byte[]? body, string? subprotocolToken = null)
    {
        _head = head;
        _transport = transport;
        _body = body;
        _subprotocolToken = subprotocolToken;
        RouteValues = routeValues;
    }

    /// <summary>The method, such as <c>GET</c>.</summary>
    public string Method => _head.Method;

    /// <summary>The path as it was sent, without the query; routes match it byte for byte.</summary>
    public string Path => _head.Path;

    /// <summary>The query as it was sent, without the question mark; empty when there is none.</summary>
    public string Query => _head.Query;

    /// <summary>The first value of a name in the query, decoded (<c>%XX</c> as UTF-8, <c>+</c> as a space); <see langword="null"/> when the name is not there.</summary>
    /// <param name="name">The name, decoded; its case counts.</param>
    public string? QueryValue(string name) => QueryString.Find(_head.QueryBytes, name);

    /// <summary>The host and port that were asked for (RFC 9112 section 3.2).</summary>
    public string Host => _head.Host;

    /// <summary>The header fields as they were sent, but for a bearer token among the subprotocols, which is taken out (<see cref="WebSocketEndpointOptions.BearerSubprotocolPrefix"/>).</summary>
    public HttpHeaders Headers => new(_head.Headers);

    /// <summary>The subprotocols that the client offers, in its order of preference (RFC 6455 section 1.9); empty when it offers none, and for ordinary HTTP. Never a bearer token.</summary>
    public IReadOnlyList<string> Subprotocols => _body is null ? SubprotocolOffer.Read(_head.Headers) : [];

    /// <summary>The bearer token that the client shows, in <c>Authorization</c> (RFC 6750 section 2.1) or among the subprotocols (<see cref="WebSocketEndpointOptions.BearerSubprotocolPrefix"/>); <see langword="null"/> when it shows none.</summary>
    /// <remarks>Nothing has checked it. Compare it with a secret by <see cref="System.Security.Cryptography.CryptographicOperations.FixedTimeEquals"/>, whose time tells nothing of the secret, and keep it out of logs.</remarks>
    public string? BearerToken => _subprotocolToken ?? Protocol.Handshake.BearerToken.Find(_head.Headers);

    /// <summary>The values of the route's parameters, decoded, by name.</summary>
    public IReadOnlyDictionary<string, string> RouteValues { get; }

    /// <summary>Whether the connection is encrypted (TLS).</summary>
    public bool IsSecure => _transport?.IsSecure ?? false;

    /// <summary>The certificate that the client showed, where it was asked for one.</summary>
    public X509Certificate2? ClientCertificate => IsOurs ? null : _transport?.PeerCertificate;

    /// <summary>The values of a request that this side sends: no route of ours gives it any.</summary>
    internal static IReadOnlyDictionary<string, string> NoRoute { get; } = new Dictionary<string, string>();

    /// <summary>Whether this side sent it: the peer's certificate is then the server's. Derived, because idle connections pay for each field.</summary>
    private bool IsOurs => ReferenceEquals(RouteValues, NoRoute);

    /// <summary>Our address of the connection.</summary>
    public EndPoint? LocalEndPoint => _transport?.LocalEndPoint;

    /// <summary>The peer's address.</summary>
    public EndPoint? RemoteEndPoint => _transport?.RemoteEndPoint;

    /// <summary>The body; empty on upgrades. Valid until the handler's task completes.</summary>
    public ReadOnlyMemory<byte> Body => _body;
}
