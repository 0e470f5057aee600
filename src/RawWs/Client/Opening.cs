using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RawWs.Connection;
using RawWs.Diagnostics;
using RawWs.Protocol.Framing;
using RawWs.Protocol.Handshake;
using RawWs.Transport;

namespace RawWs.Client;

/// <summary>Opens connections by the same options: the way, the request, its answer, and the redirects that it may lead to.</summary>
internal sealed class Opening(WebSocketClientOptions options)
{
    private const int KeyBytes = 16;

    private readonly ILogger _logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger(ClientEvents.Category);
    private readonly ILogger? _frames = options.LogFrames ? options.LoggerFactory?.CreateLogger(FrameEvents.Category) : null;
    private readonly HeadLimits _limits = new(options.MaxLineBytes, options.MaxHeadBytes, options.MaxHeaders);
    private readonly WayToServer _way = new(options);

    /// <summary>Where room is taken for inflaters that connections keep.</summary>
    public KeptContexts Contexts { get; init; } = KeptContexts.Shared;

    /// <exception cref="ArgumentException">A header field, a subprotocol, or whatever else the request names, cannot be sent.</exception>
    public async Task<WebSocketConnection> ConnectAsync(WebSocketUri server, CancellationToken ct)
    {
        bool isFirstOrigin = true;
        for (int redirects = 0; ; redirects++)
        {
            using CompressionOffer? offer = Offer();
            UpgradeFields fields = Fields(server, isFirstOrigin) with { Deflate = offer?.Deflate };
            RequestWriter.Check(fields);
            Answer answer = await AttemptAsync(server, fields, offer, mayRedirect: redirects < options.MaxRedirects, ct).ConfigureAwait(false);
            if (answer.Connection is { } connection)
                return connection;
            (WebSocketUri next, bool isSameOrigin) = Redirect.Next(server, answer.Head);
            isFirstOrigin &= isSameOrigin;
            server = next;
        }
    }

    private CompressionOffer? Offer()
    {
        if (options.Compression is not { } compression)
            return null;
        if (WebSocketCompression.IsAvailable)
            return new CompressionOffer(compression, Contexts);
        _logger.CompressionUnavailable();
        return null;
    }

    /// <summary>One way and one exchange; the transport goes on as a connection, or is ended.</summary>
    private async Task<Answer> AttemptAsync(WebSocketUri server, UpgradeFields fields, CompressionOffer? offer, bool mayRedirect, CancellationToken ct)
    {
        using IDisposable? turn = options.ConnectInTurn
            ? await ConnectTurns.EnterAsync(await AddressOfAsync(server, ct).ConfigureAwait(false), ct).ConfigureAwait(false)
            : null;
        ITransportConnection transport = await TimeLimit.RunAsync(
            options.ConnectTimeout, () => $"There was no connection to {server} within {options.ConnectTimeout}.", options.TimeProvider,
            over => _way.OpenAsync(server, over), ct).ConfigureAwait(false);
        bool isOpen = false;
        try
        {
            Answer answer = await TimeLimit.RunAsync(
                options.HandshakeTimeout, () => $"{server} did not answer the upgrade request within {options.HandshakeTimeout}.", options.TimeProvider,
                over => AskAsync(transport, server, fields, offer, mayRedirect, over), ct).ConfigureAwait(false);
            isOpen = answer.Connection is not null;
            return answer;
        }
        finally
        {
            if (!isOpen)
                await transport.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task<string> AddressOfAsync(WebSocketUri server, CancellationToken ct) => TimeLimit.RunAsync(
        options.ConnectTimeout, () => $"The address of {server} was not found within {options.ConnectTimeout}.", options.TimeProvider,
        over => _way.AddressOfAsync(server, over), ct);

    /// <summary>What the request says; to another origin than the first nothing goes that could be a secret.</summary>
    private UpgradeFields Fields(WebSocketUri server, bool isFirstOrigin) =>
        new(server.Target, server.Authority, Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))))
        {
            Subprotocols = options.Subprotocols,
            Origin = options.Origin,
            Authorization = isFirstOrigin ? options.Credentials?.Authorization ?? server.Authorization : null,
            Cookie = isFirstOrigin ? options.Cookies?.GetCookieHeader(server.Uri) : null,
            Headers = isFirstOrigin ? options.Headers : [],
        };

    /// <summary>Sends the request and judges its answer; an upgrade begins the connection.</summary>
    private async Task<Answer> AskAsync(
        ITransportConnection transport, WebSocketUri server, UpgradeFields fields, CompressionOffer? offer, bool mayRedirect, CancellationToken ct)
    {
        FrameLog? log = _frames is null ? null : new(_frames, WebSocketConnection.NextId(), bearerPrefixes: []);
        Answer answer;
        using (ct.UnsafeRegister(static transport => ((ITransportConnection)transport!).Abort("The opening handshake was given up."), transport))
            answer = await JudgeAsync(transport, server, fields, offer, mayRedirect, log).ConfigureAwait(false);
        if (ct.IsCancellationRequested)
            answer.Connection?.Core.Deflate?.Dispose();
        ct.ThrowIfCancellationRequested();
        if (answer.Connection is { } connection)
            Start(connection, server);
        return answer;
    }

    private async Task<Answer> JudgeAsync(
        ITransportConnection transport, WebSocketUri server, UpgradeFields fields, CompressionOffer? offer, bool mayRedirect, FrameLog? log)
    {
        UpgradeExchange exchange = new(transport, _limits, log);
        ArrayBufferWriter<byte> request = new();
        RequestWriter.Write(request, fields);
        ResponseHead head = await exchange.AskAsync(request.WrittenMemory).ConfigureAwait(false);
        KeepCookies(server, head);
        if (head.Status != (int)HttpStatusCode.SwitchingProtocols)
        {
            if (mayRedirect && Redirect.IsRedirect(head.Status))
                return new(null, head);
            throw ClientHandshake.Refused(head, await exchange.ReadBodyAsync(head).ConfigureAwait(false));
        }
        UpgradeAnswer agreed = ClientHandshake.Check(head, fields.Key.Span, fields.Subprotocols, fields.Deflate);
        HttpRequest sent = Request(request.WrittenMemory, transport);
        PerMessageDeflate? deflate = agreed.Deflate is { } parameters ? offer?.Take(parameters) : null;
        ProtocolConnection core = new(transport, Role.Client, options, deflate) { FrameLog = log };
        return new(new WebSocketConnection(core, sent, agreed.Subprotocol) { ResponseHeaders = new(head.Headers) }, head);
    }

    private void Start(WebSocketConnection connection, WebSocketUri server)
    {
        connection.Start();
        if (!_logger.IsEnabled(LogLevel.Debug))
            return;
        _logger.Connected(connection.Id, server.ToString());
        _ = LogEndAsync(connection);
    }

    private async Task LogEndAsync(WebSocketConnection connection) => _logger.Ended(connection.Id, await connection.Completion.ConfigureAwait(false));

    /// <summary>A cookie that is no cookie is passed over, as browsers do (RFC 6265 section 5.2).</summary>
    private void KeepCookies(WebSocketUri server, ResponseHead head)
    {
        if (options.Cookies is not { } cookies)
            return;
        foreach (KeyValuePair<string, string> field in head.Headers.All())
        {
            bool isCookie = field.Key.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase);
            if (!isCookie || field.Value.Any(static character => character is < ' ' or > '~'))      // else it could not be sent back (RFC 6265 section 4.1.1)
                continue;
            try
            {
                cookies.SetCookies(server.Uri, field.Value);
            }
            catch (CookieException)
            {
                continue;
            }
        }
    }

    /// <summary>The request as both roles show it, of the bytes that were sent.</summary>
    private static HttpRequest Request(ReadOnlyMemory<byte> sent, ITransportConnection transport)
    {
        ReadOnlySequence<byte> bytes = new(sent);
        return new RequestReader(new HeadLimits(0, 0, 0)).TryRead(ref bytes, out RequestHead? head)
            ? new HttpRequest(head, transport, HttpRequest.NoRoute, null)
            : throw new InvalidOperationException("A request of ours is not complete.");
    }

    private readonly record struct Answer(WebSocketConnection? Connection, ResponseHead Head);
}
