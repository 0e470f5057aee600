using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using RawWs.Connection;
using RawWs.Diagnostics;
using RawWs.Protocol.Framing;
using RawWs.Protocol.Handshake;
using RawWs.Transport;

namespace RawWs.Server;

/// <summary>The one HTTP exchange of a new transport: it becomes a WebSocket connection, or is answered and closed.</summary>
internal sealed class HttpExchange(ServerContext server, ITransportConnection transport, bool isLoopback, bool isOverLimit)
{
    /// <summary>What a client is told that should come again.</summary>
    public static readonly KeyValuePair<string, string>[] RetryLater = [new("Retry-After", "5")];

    private readonly FrameLog? _log = server.FrameLogger is { } logger ? new(logger, WebSocketConnection.NextId(), server.BearerPrefixes) : null;

    /// <summary>Reads the request and decides; a WebSocket connection goes on by itself when this is done.</summary>
    public async Task RunAsync()
    {
        HttpResponder responder = new(server, transport, _log);
        bool isUpgraded = false;
        try
        {
            isUpgraded = await TryUpgradeAsync(responder).ConfigureAwait(false);
        }
        catch (IOException)                                             // the peer broke the transport
        {
            server.Logger.GoneBeforeRequest(transport.RemoteEndPoint);
        }
        if (isUpgraded)
            return;
        await transport.Input.CompleteAsync().ConfigureAwait(false);
        await transport.DisposeAsync().ConfigureAwait(false);
        server.Connections.Remove(transport);
    }

    private async Task<bool> TryUpgradeAsync(HttpResponder responder)
    {
        try
        {
            using ExchangeDeadline deadline = new(transport, server.Options.HandshakeTimeout);
            return await DecideAsync(responder, deadline).ConfigureAwait(false);
        }
        catch (WebSocketHandshakeException refusal)
        {
            server.Logger.Refused(transport.RemoteEndPoint, refusal.Status, refusal.Message);
            await responder.RefuseAsync(refusal).ConfigureAwait(false);
            return false;
        }
    }

    private async Task<bool> DecideAsync(HttpResponder responder, ExchangeDeadline deadline)
    {
        RequestHead? head = await ReadHeadAsync(deadline).ConfigureAwait(false);
        if (head is null)
        {
            server.Logger.GoneBeforeRequest(transport.RemoteEndPoint);
            return false;
        }
        responder.OmitsBody = head.Method == "HEAD";
        if (!HostRule.IsAllowed(head, server.AllowedHosts, isLoopback))
            throw new WebSocketHandshakeException(421, "This host is not served here.");
        if (server.IsStopping || isOverLimit)
            throw new WebSocketHandshakeException(503, server.IsStopping ? "The server is stopping." : "The server is full.", RetryLater);

        RouteMatch match = server.Routes.Find(head);
        bool isUpgrade = match.WebSocket is not null && head.IsGet && (match.Http is null || OpeningHandshake.IsUpgradeRequested(head));
        if (isUpgrade)
            return await UpgradeAsync(head, match.WebSocket!, match.Values, responder, deadline).ConfigureAwait(false);
        if (match.Http is null)
            throw NoSuchRoute(head, match);
        await AnswerAsync(head, match.Http, match.HttpValues, responder, deadline).ConfigureAwait(false);
        return false;
    }

    private async Task<RequestHead?> ReadHeadAsync(ExchangeDeadline deadline)
    {
        RequestReader reader = new(server.Limits);
        while (true)
        {
            ReadResult read = await transport.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            ReadOnlySequence<byte> input = read.Buffer;
            if (TryRead(reader, ref input, out RequestHead? head))
            {
                transport.Input.AdvanceTo(input.Start);
                return head;
            }
            transport.Input.AdvanceTo(input.Start, input.End);
            deadline.ThrowIfOver();
            if (read.IsCompleted)
                return null;
        }
    }

    private bool TryRead(RequestReader reader, ref ReadOnlySequence<byte> input, [NotNullWhen(true)] out RequestHead? head)
    {
        if (_log is null)
            return reader.TryRead(ref input, out head);
        ReadOnlySequence<byte> before = input;
        bool isOver = true;                                             // whole, or refused
        try
        {
            isOver = reader.TryRead(ref input, out head);
            return isOver;
        }
        finally
        {
            if (isOver)
                _log.OnRequest(before, new PeerName(transport.RemoteEndPoint).ToString());
        }
    }

    private async Task<bool> UpgradeAsync(
        RequestHead head, Route route, IReadOnlyDictionary<string, string> values, HttpResponder responder, ExchangeDeadline deadline)
    {
        WebSocketEndpointOptions options = route.Options;
        UpgradeRequest upgrade = OpeningHandshake.Check(head, options.AllowedOrigins, options.AllowMissingOrigin, options.BearerSubprotocolPrefix);
        HttpRequest request = new(head, transport, values, null, upgrade.BearerToken);
        UpgradeHooks hooks = new(server, options, request);
        string? subprotocol = hooks.Choose(upgrade.Subprotocols);
        UpgradeDecision decision = await hooks.AskAsync(upgrade.Subprotocols, deadline).ConfigureAwait(false);
        if (decision.Rejection is { } rejection)
        {
            await responder.ReplyAsync(rejection, request).ConfigureAwait(false);
            return false;
        }
        subprotocol = decision.Subprotocol ?? subprotocol;
        PerMessageDeflate? deflate = options.Compression is { } compression ? server.Compression.Agree(head, compression) : null;
        bool isSwitched = false;
        try
        {
            await responder.SwitchAsync(upgrade, subprotocol, deflate?.Agreed.ToString(), decision).ConfigureAwait(false);
            isSwitched = true;
        }
        catch (ArgumentException error)                                 // a header field of the hook's is illegal
        {
            throw hooks.Failed(error);
        }
        finally
        {
            if (!isSwitched)
                deflate?.Dispose();
        }
        ProtocolConnection core = new(transport, Role.Server, options, deflate) { FrameLog = _log };
        server.Start(transport, new WebSocketConnection(core, request, subprotocol), route);
        return true;
    }

    private async Task AnswerAsync(
        RequestHead head, HttpRoute route, IReadOnlyDictionary<string, string> values, HttpResponder responder, ExchangeDeadline deadline)
    {
        if (!OriginRule.IsAllowed(head, server.Options.Defaults.AllowedOrigins, allowMissing: true))
            throw new WebSocketHandshakeException(403, "This origin may not ask here.");
        byte[] body = await ReadBodyAsync(head, route, deadline).ConfigureAwait(false);
        HttpRequest request = new(head, transport, values, body);
        HttpReply reply;
        try
        {
            reply = await route.Handler(request).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // the application may throw anything; this is where it is answered with 500
        catch (Exception error)
#pragma warning restore CA1031
        {
            server.Logger.HttpHandlerFailed(error, request.Method, request.Path);
            reply = HttpReply.Text("The handler failed.\n", 500);
        }
        await responder.ReplyAsync(reply, request).ConfigureAwait(false);
    }

    private async Task<byte[]> ReadBodyAsync(RequestHead head, HttpRoute route, ExchangeDeadline deadline)
    {
        if (!route.TakesBody && head.HasBody)
            throw new WebSocketHandshakeException(400, "This request must not have a body.");
        if (head.HasTransferEncoding)
            throw new WebSocketHandshakeException(411, "The length of the body must be told by Content-Length.");
        long length = head.ContentLength ?? 0;
        if (length > server.Options.MaxBodyBytes && server.Options.MaxBodyBytes > 0)
            throw new WebSocketHandshakeException(413, $"The body is larger than {server.Options.MaxBodyBytes} bytes.");
        while (length > 0)
        {
            ReadResult read = await transport.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            if (read.Buffer.Length >= length)
            {
                byte[] body = read.Buffer.Slice(0, length).ToArray();
                transport.Input.AdvanceTo(read.Buffer.GetPosition(length));
                return body;
            }
            transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            deadline.ThrowIfOver();
            if (read.IsCompleted)
                throw new IOException("The peer went away before the body was complete.");
        }
        return [];
    }

    private static WebSocketHandshakeException NoSuchRoute(RequestHead head, RouteMatch match)
    {
        if (match.Allow is null && head.IsGet)
            return new(404, "There is nothing at this path.");
        string allow = match.Allow ?? "GET";
        return new(405, $"This path answers {allow} only.", [new("Allow", allow)]);
    }
}
