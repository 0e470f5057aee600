using System.Buffers;
using System.IO.Pipelines;
using RawWs.Diagnostics;
using RawWs.Protocol.Handshake;
using RawWs.Transport;

namespace RawWs.Server;

/// <summary>Writes the one response of an exchange. After any but the 101: the end of our side, and a short drain; a second request is never read.</summary>
internal sealed class HttpResponder(ServerContext server, ITransportConnection transport, FrameLog? log)
{
    /// <summary>How long bytes are still read and dropped after a reply: unread bytes would turn it into a reset.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(1);

    private static readonly HttpReply Unwritable = HttpReply.Text("The handler failed.\n", 500);

    /// <summary>The answer to HEAD has no body (RFC 9110 section 9.3.2).</summary>
    public bool OmitsBody { get; set; }

    /// <exception cref="ArgumentException">A header field or the subprotocol is illegal; nothing was written.</exception>
    public async Task SwitchAsync(UpgradeRequest upgrade, string? subprotocol, string? extensions, UpgradeDecision decision)
    {
        Write(output => ResponseWriter.WriteSwitchingProtocols(output, upgrade.Accept.Span, subprotocol, extensions, decision.Headers));
        await transport.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public Task RefuseAsync(WebSocketHandshakeException refusal)
    {
        Write(output => ResponseWriter.WriteRefusal(output, refusal, OmitsBody));
        return EndAsync();
    }

    /// <summary>A reply of the application's; one that cannot be written, for a header field say, becomes 500.</summary>
    public Task ReplyAsync(HttpReply reply, HttpRequest request)
    {
        try
        {
            Write(reply);
        }
        catch (ArgumentException error)
        {
            server.Logger.HttpHandlerFailed(error, request.Method, request.Path);
            Write(Unwritable);
        }
        return EndAsync();
    }

    private void Write(HttpReply reply) =>
        Write(output => ResponseWriter.WriteReply(output, reply.Status, reply.ContentType, reply.Headers, reply.Body.Span, OmitsBody));

    private void Write(Action<IBufferWriter<byte>> write)
    {
        if (log is null)
        {
            write(transport.Output);
            return;
        }
        ArrayBufferWriter<byte> copy = new();
        write(copy);
        log.OnResponse(copy.WrittenSpan);
        transport.Output.Write(copy.WrittenSpan);
    }

    private async Task EndAsync()
    {
        using ExchangeDeadline deadline = new(transport, Drain);
        await transport.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        await transport.Output.CompleteAsync().ConfigureAwait(false);
        for (bool isOver = false; !isOver && !deadline.IsOver;)
        {
            ReadResult read = await transport.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            isOver = read.IsCompleted;
            transport.Input.AdvanceTo(read.Buffer.End);
        }
    }
}
