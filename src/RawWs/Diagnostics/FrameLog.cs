using System.Buffers;
using Microsoft.Extensions.Logging;
using RawWs.Protocol.Framing;

namespace RawWs.Diagnostics;

/// <summary>Logs what one connection receives and sends: the handshake's heads line by line, then each frame.</summary>
/// <remarks>The receiving side and the sending side call from threads of their own; each has its own state here.</remarks>
/// <param name="logger">Where to.</param>
/// <param name="connectionId">Names the connection in each line.</param>
/// <param name="bearerPrefixes">What marks a credential among the subprotocols of a request.</param>
internal sealed class FrameLog(ILogger logger, long connectionId, IReadOnlyList<string> bearerPrefixes)
{
    private Opcode _received;
    private Opcode _sent;

    public long ConnectionId { get; } = connectionId;

    /// <summary>A request's head, or what came of one that is refused (section 4.2.1).</summary>
    public void OnRequest(in ReadOnlySequence<byte> head, string remote)
    {
        if (!logger.IsEnabled(LogLevel.Information))
            return;
        foreach (string line in HeadText.Lines(head.ToArray(), note: $"from {remote}, section 4.2.1", bearerPrefixes))
            logger.HeadRead(ConnectionId, line);
    }

    /// <summary>A response without its body (section 4.2.2).</summary>
    public void OnResponse(ReadOnlySpan<byte> response)
    {
        if (!logger.IsEnabled(LogLevel.Information))
            return;
        foreach (string line in HeadText.Lines(response, note: "section 4.2.2", bearerPrefixes))
            logger.HeadSent(ConnectionId, line);
    }

    /// <summary>A client's request (section 4.1).</summary>
    public void OnRequestSent(ReadOnlySpan<byte> request)
    {
        if (!logger.IsEnabled(LogLevel.Information))
            return;
        foreach (string line in HeadText.Lines(request, note: "section 4.1", bearerPrefixes))
            logger.HeadSent(ConnectionId, line);
    }

    /// <summary>The head of the answer to a client's request, or what came of one that is refused (section 4.1).</summary>
    public void OnResponseRead(in ReadOnlySequence<byte> head)
    {
        if (!logger.IsEnabled(LogLevel.Information))
            return;
        foreach (string line in HeadText.Lines(head.ToArray(), note: "section 4.1", bearerPrefixes))
            logger.HeadRead(ConnectionId, line);
    }

    /// <summary>Reads the next part of what is received, and logs the frame that begins with it, or the bytes of which none can be made.</summary>
    /// <exception cref="WebSocketProtocolException">The reader's.</exception>
    public bool TryRead(FrameReader frames, ref ReadOnlySequence<byte> input, out FramePart part)
    {
        ReadOnlySequence<byte> before = input;
        try
        {
            bool isRead = frames.TryRead(ref input, out part);
            if (isRead && part.IsStart)
                OnReceived(part);
            return isRead;
        }
        catch (WebSocketProtocolException violation)
        {
            OnRefused(before, violation.Message);
            throw;
        }
    }

    /// <summary>The first part of a frame: its header, and as much of the payload as came with it.</summary>
    public void OnReceived(in FramePart part)
    {
        if (logger.IsEnabled(LogLevel.Information))
            logger.FrameRead(ConnectionId, FrameText.Of(part.Header, part.Payload.Span, TypeOf(part.Header, ref _received)));
    }

    /// <summary>Bytes of which no frame can be made.</summary>
    public void OnRefused(in ReadOnlySequence<byte> bytes, string rule)
    {
        if (logger.IsEnabled(LogLevel.Information))
            logger.FrameRefused(ConnectionId, PayloadText.Hex(bytes.Slice(0, Math.Min(FrameHeader.MaxSize, bytes.Length)).ToArray(), bytes.Length), rule);
    }

    /// <summary>A whole frame, its payload before masking.</summary>
    public void OnSent(FirstByte first, ReadOnlySpan<byte> payload, uint? maskKey)
    {
        if (!logger.IsEnabled(LogLevel.Information))
            return;
        FrameHeader header = new(first.Opcode, first.IsFinal, first.Rsv1, maskKey.HasValue, maskKey.GetValueOrDefault(), payload.Length);
        logger.FrameSent(ConnectionId, FrameText.Of(header, payload, TypeOf(header, ref _sent)));
    }

    /// <summary>What the payload is: a continuation is of the type of its message (section 5.4), and compressed text is no text.</summary>
    private static Opcode TypeOf(in FrameHeader header, ref Opcode message)
    {
        if (header.Opcode.IsControl())
            return header.Opcode;
        if (header.Opcode != Opcode.Continuation)
            message = header.Rsv1 ? Opcode.Binary : header.Opcode;
        return message;
    }
}
