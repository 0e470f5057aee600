using System.Buffers;
using System.IO.Pipelines;
using RawWs.Diagnostics;
using RawWs.Protocol.Handshake;
using RawWs.Transport;

namespace RawWs.Client;

/// <summary>The one HTTP exchange on a client's new transport: the request, and the head of its answer. Frames that come right behind it stay in the pipe.</summary>
internal sealed class UpgradeExchange(ITransportConnection transport, HeadLimits limits, FrameLog? log)
{
    /// <summary>How much of a refusal's body the caller sees.</summary>
    private const int MaxBodyBytes = 4 * 1024;

    /// <summary>How long a refusal waits for its body: a server that ends it by closing may never close.</summary>
    private static readonly TimeSpan BodyPatience = TimeSpan.FromSeconds(1);

    /// <summary>Interim answers (RFC 9110 section 15.2) that are passed over; more are an endless answer.</summary>
    private const int MaxInterimAnswers = 8;

    /// <summary>Who is asked, as messages begin.</summary>
    public string Peer { get; init; } = "The server";

    /// <exception cref="IOException">The connection ended.</exception>
    /// <exception cref="WebSocketHandshakeException">What came is no answer to a request.</exception>
    public async Task<ResponseHead> AskAsync(ReadOnlyMemory<byte> request)
    {
        log?.OnRequestSent(request.Span);
        await transport.Output.WriteAsync(request, CancellationToken.None).ConfigureAwait(false);
        for (int interim = 0; interim <= MaxInterimAnswers; interim++)
        {
            ResponseHead head = await ReadHeadAsync().ConfigureAwait(false);
            if (!head.IsInformational)
                return head;
        }
        throw new WebSocketHandshakeException(0, $"{Peer} sent more than {MaxInterimAnswers} interim answers (RFC 9110 section 15.2).");
    }

    /// <summary>The first bytes of the body of an answer that is no upgrade: what of it comes within <see cref="BodyPatience"/>.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadBodyAsync(ResponseHead head)
    {
        ResponseBody body = new(head, MaxBodyBytes);
        using ITimer timer = transport.Time.CreateTimer(
            static input => ((PipeReader)input!).CancelPendingRead(), transport.Input, BodyPatience, Timeout.InfiniteTimeSpan);
        try
        {
            ReadOnlySequence<byte> nothing = ReadOnlySequence<byte>.Empty;
            for (bool isOver = body.TryRead(ref nothing); !isOver;)         // true at once for a body of no bytes
            {
                ReadResult read = await transport.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                ReadOnlySequence<byte> input = read.Buffer;
                isOver = body.TryRead(ref input) || read.IsCompleted || read.IsCanceled;
                transport.Input.AdvanceTo(input.Start, input.End);
            }
        }
        catch (IOException)
        {
            // the refusal is known; its body is a courtesy
        }
        return body.Bytes;
    }

    private async Task<ResponseHead> ReadHeadAsync()
    {
        ResponseReader reader = new(limits);
        while (true)
        {
            ReadResult read = await transport.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            ReadOnlySequence<byte> input = read.Buffer;
            if (TryRead(reader, ref input) is { } head)
            {
                transport.Input.AdvanceTo(input.Start);
                return head;
            }
            transport.Input.AdvanceTo(input.Start, input.End);
            if (read.IsCompleted)
                throw new IOException($"{Peer} ended the connection before its answer was complete.");
        }
    }

    private ResponseHead? TryRead(ResponseReader reader, ref ReadOnlySequence<byte> input)
    {
        ReadOnlySequence<byte> before = input;
        bool isOver = true;                                             // whole, or refused
        try
        {
            isOver = reader.TryRead(ref input, out ResponseHead? head);
            return head;
        }
        finally
        {
            if (isOver)
                log?.OnResponseRead(before);
        }
    }
}
