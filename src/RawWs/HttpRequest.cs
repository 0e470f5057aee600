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

    internal HttpRequest(RequestHead head, ITransportConnection? transport, IReadOnlyDictionary<string, string> routeValues, byte[]? body)
    {
        _head = head;
        _transport = transport;
        _body = body;
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

    /// <summary>The header fields.</summary>
    public HttpHeaders Headers => new(_head.Headers);

    /// <summary>The values of the route's parameters, decoded, by name.</summary>
    public IReadOnlyDictionary<string, string> RouteValues { get; }

    /// <summary>Whether the connection is encrypted (TLS).</summary>
    public bool IsSecure => _transport?.IsSecure ?? false;

    /// <summary>The certificate that the client showed, where it was asked for one.</summary>
    public X509Certificate2? ClientCertificate => _transport?.PeerCertificate;

    /// <summary>Our address of the connection.</summary>
    public EndPoint? LocalEndPoint => _transport?.LocalEndPoint;

    /// <summary>The peer's address.</summary>
    public EndPoint? RemoteEndPoint => _transport?.RemoteEndPoint;

    /// <summary>The body; empty on upgrades. Valid until the handler's task completes.</summary>
    public ReadOnlyMemory<byte> Body => _body;
}
