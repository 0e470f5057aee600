using System.Buffers;
using System.Net.WebSockets;
using RawWs.Protocol.Framing;

namespace RawWs.Tests.Conformance;

/// <summary>Runs a stream of frames through the protocol layer, in pieces of random size.</summary>
internal sealed class OurReceiver(long maxMessageBytes, int maxFragments)
{
    private readonly FrameReader _reader = new(Role.Server, maxMessageBytes);
    private readonly MessageValidator _validator = new(maxMessageBytes, maxFragments);
    private readonly List<string> _messages = [];
    private readonly List<string> _pings = [];
    private readonly ArrayBufferWriter<byte> _message = new();
    private ClosePayload? _close;

    public StreamOutcome Receive(byte[] stream, Random cuts)
    {
        byte[] bytes = [.. stream];
        int used = 0;
        try
        {
            for (int available = 0; available < bytes.Length && _close is null;)
            {
                available = Math.Min(bytes.Length, available + cuts.Next(1, 64));
                used = Take(bytes, used, available);
            }
        }
        catch (WebSocketProtocolException violation)
        {
            return new(_messages, _pings, StreamEnd.Refused, violation.CloseStatus, violation.Rule);
        }
        return _close is { } close
            ? new(_messages, _pings, StreamEnd.Closed, close.Status, close.Reason)
            : new(_messages, _pings, StreamEnd.OutOfBytes, null, "");
    }

    private int Take(byte[] bytes, int used, int available)
    {
        ReadOnlySequence<byte> input = new(bytes, used, available - used);
        while (_close is null && _reader.TryRead(ref input, out FramePart part))
            Accept(part);
        return available - (int)input.Length;
    }

    private void Accept(in FramePart part)
    {
        switch (part.Header.Opcode)
        {
            case Opcode.Ping:
                _pings.Add(Convert.ToHexString(part.Payload.Span));
                break;
            case Opcode.Pong:
                break;
            case Opcode.Close:
                _close = ClosePayload.Read(part.Payload.Span);
                break;
            default:
                bool isWhole = _validator.Accept(part);
                _message.Write(part.Payload.Span);
                if (!isWhole) break;
                _messages.Add($"{(_validator.Type == WebSocketMessageType.Text ? "text" : "binary")}:{Convert.ToHexString(_message.WrittenSpan)}");
                _message.ResetWrittenCount();
                break;
        }
    }
}
