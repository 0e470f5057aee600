using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using RawWs.Protocol.Handshake;
using RawWs.Protocol.Proxy;
using RawWs.Transport;

namespace RawWs.Client;

/// <summary>Asks a proxy for a way to a server.</summary>
internal static class ProxyTunnel
{
    private const string Peer = "The proxy";

    /// <summary>What a proxy may send before its way is open: as much as a server.</summary>
    private static readonly HeadLimits Limits = new(MaxLineBytes: 8 * 1024, MaxHeadBytes: 16 * 1024, MaxHeaders: 64);

    /// <summary>What follows on the connection is the server's, and what of it came already stays in the pipe. A token that is cancelled aborts the connection; disposing it is the caller's in any case.</summary>
    /// <exception cref="ArgumentException">The host or the credentials cannot be told to such a proxy; nothing was sent.</exception>
    /// <exception cref="WebSocketHandshakeException">The proxy refused CONNECT, or what it sent is no HTTP response (status 0).</exception>
    /// <exception cref="IOException">The SOCKS5 proxy refused, or the connection ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task OpenAsync(ITransportConnection toProxy, ProxyAddress proxy, string host, int port, CancellationToken ct)
    {
        try
        {
            using (ct.UnsafeRegister(static connection => ((ITransportConnection)connection!).Abort("The way through the proxy was given up."), toProxy))
                await (proxy.Kind == ProxyKind.Http ? ConnectAsync(toProxy, proxy, host, port) : OpenSocks5Async(toProxy, proxy, host, port)).ConfigureAwait(false);
        }
        catch (IOException e) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, ct);
        }
        ct.ThrowIfCancellationRequested();
    }

    /// <summary>RFC 9110 section 9.3.6, for <c>ws://</c> too (RFC 6455 section 4.1, item 3 of the first list).</summary>
    private static async Task ConnectAsync(ITransportConnection toProxy, ProxyAddress proxy, string host, int port)
    {
        string authority = Authority.Of(host, port);
        ArrayBufferWriter<byte> request = new();
        RequestWriter.WriteConnect(request, authority, proxy.User is null ? null : BasicAuthorization.Of(proxy.User, proxy.Password ?? ""));
        UpgradeExchange exchange = new(toProxy, Limits, log: null) { Peer = Peer };
        ResponseHead head = await AskAsync(exchange, request.WrittenMemory, authority).ConfigureAwait(false);
        if (head.Status is >= 200 and < 300)        // any of them; there is no body, whatever its fields say (RFC 9112 section 6.3)
            return;

        ReadOnlyMemory<byte> body = head.Status == (int)HttpStatusCode.SwitchingProtocols
            ? default
            : await exchange.ReadBodyAsync(head).ConfigureAwait(false);
        string reason = StatusPhrases.Of(head.Status) is { Length: > 0 } phrase ? " " + phrase : "";
        throw new WebSocketHandshakeException(
            head.Status, $"{Peer} answered {head.Status}{reason} to CONNECT {authority} (RFC 9110 section 9.3.6).", head.Headers.All(), body);
    }

    private static async Task<ResponseHead> AskAsync(UpgradeExchange exchange, ReadOnlyMemory<byte> request, string authority)
    {
        try
        {
            return await exchange.AskAsync(request).ConfigureAwait(false);
        }
        catch (WebSocketHandshakeException e)
        {
            throw new WebSocketHandshakeException(e.Status, $"{Peer}'s answer to CONNECT {authority} is none. {e.Message}");
        }
    }

    /// <summary>RFC 1928, RFC 1929.</summary>
    private static async Task OpenSocks5Async(ITransportConnection toProxy, ProxyAddress proxy, string host, int port)
    {
        Socks5Handshake handshake = new(host, port, proxy.User, proxy.Password);
        handshake.Start(toProxy.Output);
        while (!handshake.IsOpen)
        {
            await toProxy.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            while (!await TryAdvanceAsync(toProxy, handshake).ConfigureAwait(false))
            {
                // the answer is not complete yet
            }
        }
    }

    private static async Task<bool> TryAdvanceAsync(ITransportConnection toProxy, Socks5Handshake handshake)
    {
        ReadResult read = await toProxy.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        ReadOnlySequence<byte> rest = read.Buffer;
        bool isDone = true;
        try
        {
            isDone = handshake.TryAdvance(ref rest, toProxy.Output);
        }
        catch (Socks5Exception e)
        {
            throw new IOException(e.Message, e);
        }
        finally
        {
            toProxy.Input.AdvanceTo(rest.Start, isDone ? rest.Start : rest.End);
        }
        return isDone || !read.IsCompleted ? isDone : throw new IOException($"{Peer} ended the connection before its answer was complete.");
    }
}
