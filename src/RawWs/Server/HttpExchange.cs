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
    /// <summary>How long bytes are still read and dropped after a reply: unread bytes would turn it into a reset.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(1);

    private static readonly UpgradeDecision AcceptAll = UpgradeDecision.Accept();
    private static readonly KeyValuePair<string, string>[] RetryLater = [new("Retry-After", "5")];

    private volatile bool _isTimeOver;
    private readonly FrameLog? _log = server.FrameLogger is { } logger ? new(logger, WebSocketConnection.NextId()) : null;
    private Action? _cancelHook;
    private bool _isHead;

    /// <summary>Reads the request and decides; a WebSocket connection goes on by itself when this is done.</summary>
    public async Task RunAsync()
    {
        bool isUpgraded = false;
        try
        {
            using ITimer deadline = StartTimer(server.Options.HandshakeTimeout);
            isUpgraded = await DecideAsync().ConfigureAwait(false);
        }
        catch (WebSocketHandshakeException refusal)
        {
            server.Logger.Refused(transport.RemoteEndPoint, refusal.Status, refusal.Message);
            await ReplyAsync(output => ResponseWriter.WriteRefusal(output, refusal, _isHead)).ConfigureAwait(false);
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

    private async Task<bool> DecideAsync()
    {
        RequestHead? head = await ReadHeadAsync().ConfigureAwait(false);
        if (head is null)
        {
            server.Logger.GoneBeforeRequest(transport.RemoteEndPoint);
            return false;
        }
        _isHead = head.Method == "HEAD";
        if (!HostRule.IsAllowed(head, server.AllowedHosts, isLoopback))
            throw new WebSocketHandshakeException(421, "This host is not served here.");
        if (server.IsStopping || isOverLimit)
            throw new WebSocketHandshakeException(503, server.IsStopping ? "The server is stopping." : "The server is full.", RetryLater);

        RouteMatch match = server.Routes.Find(head);
        bool isUpgrade = match.WebSocket is not null && head.IsGet && (match.Http is null || OpeningHandshake.IsUpgradeRequested(head));
        if (isUpgrade)
            return await UpgradeAsync(head, match.WebSocket!, match.Values).ConfigureAwait(false);
        if (match.Http is null)
            throw NoSuchRoute(head, match);
        await AnswerAsync(head, match.Http, match.HttpValues).ConfigureAwait(false);
        return false;
    }

    private async Task<RequestHead?> ReadHeadAsync()
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
            ThrowIfTimeIsOver();
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

    private async Task<bool> UpgradeAsync(RequestHead head, Route route, IReadOnlyDictionary<string, string> values)
    {
        WebSocketEndpointOptions options = route.Options;
        UpgradeRequest upgrade = OpeningHandshake.Check(head, options.AllowedOrigins, options.AllowMissingOrigin);
        string? subprotocol = OpeningHandshake.ChooseSubprotocol(upgrade.Subprotocols, options.Subprotocols);
        if (subprotocol is null && options.RequireSubprotocol)
            throw new WebSocketHandshakeException(400, $"A subprotocol of this route is needed: {string.Join(", ", options.Subprotocols)}.");

        HttpRequest request = new(head, transport, values, null);
        UpgradeDecision decision = await AskAsync(options, request).ConfigureAwait(false);
        if (decision.Rejection is { } rejection)
        {
            await ReplyAsync(rejection).ConfigureAwait(false);
            return false;
        }
        if (decision.Subprotocol is { } chosen && !upgrade.Subprotocols.Contains(chosen))
            throw HookFailed(new InvalidOperationException($"The upgrade hook chose the subprotocol {chosen}, which the client did not offer."), request);
        await AcceptAsync(upgrade, decision.Subprotocol ?? subprotocol, decision, request).ConfigureAwait(false);
        server.Start(transport, new WebSocketConnection(new ProtocolConnection(transport, Role.Server, options) { FrameLog = _log }, request, decision.Subprotocol ?? subprotocol), route);
        return true;
    }

    private async Task<UpgradeDecision> AskAsync(WebSocketEndpointOptions options, HttpRequest request)
    {
        if (options.OnUpgrade is not { } hook)
            return AcceptAll;
        using CancellationTokenSource stopped = CancellationTokenSource.CreateLinkedTokenSource(server.Stopped);
        _cancelHook = stopped.Cancel;
        try
        {
            UpgradeDecision decision = await hook(request, stopped.Token).ConfigureAwait(false);
            ThrowIfTimeIsOver();
            return decision;
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            ThrowIfTimeIsOver();
            throw new WebSocketHandshakeException(503, "The server is stopping.", RetryLater);
        }
#pragma warning disable CA1031 // the application may throw anything; this is where it is answered with 500
        catch (Exception error) when (error is not WebSocketHandshakeException)
#pragma warning restore CA1031
        {
            throw HookFailed(error, request);
        }
        finally
        {
            _cancelHook = null;
        }
    }

    private async Task AcceptAsync(UpgradeRequest upgrade, string? subprotocol, UpgradeDecision decision, HttpRequest request)
    {
        try
        {
            ArrayBufferWriter<byte>? copy = NewCopy();
            ResponseWriter.WriteSwitchingProtocols((IBufferWriter<byte>?)copy ?? transport.Output, upgrade.Accept.Span, subprotocol, decision.Headers);
            WriteLogged(copy);
        }
        catch (ArgumentException error)                                 // a header field of the hook's is illegal
        {
            throw HookFailed(error, request);
        }
        await transport.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private WebSocketHandshakeException HookFailed(Exception error, HttpRequest request)
    {
        server.Logger.UpgradeHookFailed(error, request.Path);
        return new(500, "The upgrade hook failed.");
    }

    private async Task AnswerAsync(RequestHead head, HttpRoute route, IReadOnlyDictionary<string, string> values)
    {
        if (!OriginRule.IsAllowed(head, server.Options.Defaults.AllowedOrigins, allowMissing: true))
            throw new WebSocketHandshakeException(403, "This origin may not ask here.");
        byte[] body = await ReadBodyAsync(head, route).ConfigureAwait(false);
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
        await ReplyAsync(reply).ConfigureAwait(false);
    }

    private async Task<byte[]> ReadBodyAsync(RequestHead head, HttpRoute route)
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
            ThrowIfTimeIsOver();
            if (read.IsCompleted)
                throw new IOException("The peer went away before the body was complete.");
        }
        return [];
    }

    private Task ReplyAsync(HttpReply reply) =>
        ReplyAsync(output => ResponseWriter.WriteReply(output, reply.Status, reply.ContentType, reply.Headers, reply.Body.Span, _isHead));

    /// <summary>A complete answer, the end of our side, a short drain: a second request is never read.</summary>
    private async Task ReplyAsync(Action<IBufferWriter<byte>> write)
    {
        try
        {
            ArrayBufferWriter<byte>? copy = NewCopy();
            write((IBufferWriter<byte>?)copy ?? transport.Output);
            WriteLogged(copy);
            using ITimer deadline = StartTimer(Drain);
            await transport.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            await transport.Output.CompleteAsync().ConfigureAwait(false);
            for (bool isOver = false; !isOver && !_isTimeOver;)
            {
                ReadResult read = await transport.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                isOver = read.IsCompleted;
                transport.Input.AdvanceTo(read.Buffer.End);
            }
        }
        catch (IOException)                                             // the peer did not wait for the answer
        {
            server.Logger.GoneBeforeRequest(transport.RemoteEndPoint);
        }
    }

    /// <summary>Where a response is written when it is to be logged.</summary>
    private ArrayBufferWriter<byte>? NewCopy() => _log is null ? null : new();

    private void WriteLogged(ArrayBufferWriter<byte>? response)
    {
        if (response is null)
            return;
        _log!.OnResponse(response.WrittenSpan);
        transport.Output.Write(response.WrittenSpan);
    }

    private static WebSocketHandshakeException NoSuchRoute(RequestHead head, RouteMatch match)
    {
        if (match.Allow is null && head.IsGet)
            return new(404, "There is nothing at this path.");
        string allow = match.Allow ?? "GET";
        return new(405, $"This path answers {allow} only.", [new("Allow", allow)]);
    }

    private ITimer StartTimer(TimeSpan limit)
    {
        _isTimeOver = false;
        TimeSpan due = limit == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limit;
        return transport.Time.CreateTimer(static exchange => ((HttpExchange)exchange!).OnTimeOver(), this, due, Timeout.InfiniteTimeSpan);
    }

    private void OnTimeOver()
    {
        _isTimeOver = true;
        transport.Input.CancelPendingRead();
        _cancelHook?.Invoke();
    }

    private void ThrowIfTimeIsOver()
    {
        if (_isTimeOver)
            throw new WebSocketHandshakeException(408, "The request did not come in time.");
    }
}
