using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.InteropServices;

namespace RawWs.Protocol.Framing;

/// <summary>Cuts received bytes into frames (RFC 6455 section 5): data frames in parts as they arrive, control frames whole.</summary>
/// <remarks>Payloads are unmasked where they lie. After a violation the reader must not be used again.</remarks>
internal sealed class FrameReader(Role role, long maxMessageBytes)
{
    private const int MaxControlPayload = 125;

    private readonly long _maxMessageBytes = maxMessageBytes == 0 ? long.MaxValue : maxMessageBytes;

    // the frame whose payload is awaited; nothing remaining means that a header comes next
    private FrameHeader _header;
    private long _remaining;
    private uint _key;
    private byte[]? _control;

    /// <summary>Reads the next part and moves the input past what it used; false when bytes are missing.</summary>
    /// <exception cref="WebSocketProtocolException">A header breaks a rule, or announces more than a message may have.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> input, out FramePart part)
    {
        part = default;
        if (_remaining == 0 && !TryReadHeader(ref input)) return false;
        if (_remaining == 0)
        {
            part = new FramePart(_header, Memory<byte>.Empty, isStart: true, isEnd: true);
            return true;
        }
        return _header.Opcode.IsControl() ? TryReadControl(ref input, out part) : TryReadData(ref input, out part);
    }

    private bool TryReadHeader(ref ReadOnlySequence<byte> input)
    {
        if (!FrameHeader.TryRead(input.FirstSpan, role, rsv1Allowed: false, out FrameHeader header, out int size)
            && (input.IsSingleSegment || !TryReadCrossing(input, out header, out size)))
            return false;

        ProtocolRule.Require(header.Opcode.IsControl() || header.Length <= _maxMessageBytes, WebSocketCloseStatus.MessageTooBig, "The message is larger than this end accepts", "RFC 6455 section 7.4.1");
        input = input.Slice(size);
        (_header, _remaining, _key) = (header, header.Length, header.MaskKey);
        return true;
    }

    private bool TryReadCrossing(in ReadOnlySequence<byte> input, out FrameHeader header, out int size)
    {
        Span<byte> copy = stackalloc byte[FrameHeader.MaxSize];
        copy = copy[..(int)Math.Min(copy.Length, input.Length)];
        input.Slice(0, copy.Length).CopyTo(copy);
        return FrameHeader.TryRead(copy, role, rsv1Allowed: false, out header, out size);
    }

    private bool TryReadData(ref ReadOnlySequence<byte> input, out FramePart part)
    {
        part = default;
        if (input.IsEmpty) return false;

        ReadOnlyMemory<byte> piece = FirstPiece(ref input);
        if (piece.Length > _remaining) piece = piece[..(int)_remaining];
        bool isStart = _remaining == _header.Length;
        Memory<byte> payload = Unmask(piece);
        part = new FramePart(_header, payload, isStart, isEnd: _remaining == 0);
        input = input.Slice(payload.Length);
        return true;
    }

    private bool TryReadControl(ref ReadOnlySequence<byte> input, out FramePart part)
    {
        part = default;
        if (input.Length < _remaining) return false;

        int length = (int)_remaining;
        ReadOnlyMemory<byte> piece = FirstPiece(ref input);
        if (piece.Length < length)
        {
            _control ??= new byte[MaxControlPayload];
            input.Slice(0, length).CopyTo(_control);
            piece = _control;
        }
        part = new FramePart(_header, Unmask(piece[..length]), isStart: true, isEnd: true);
        input = input.Slice(length);
        return true;
    }

    private static ReadOnlyMemory<byte> FirstPiece(ref ReadOnlySequence<byte> input)
    {
        while (input.First.IsEmpty)
        {
            SequencePosition next = input.Start;
            input.TryGet(ref next, out _);
            input = input.Slice(next);
        }
        return input.First;
    }

    // received bytes come from pipes, whose memory is writable and nobody else's until it is consumed
    private Memory<byte> Unmask(ReadOnlyMemory<byte> piece)
    {
        Memory<byte> payload = MemoryMarshal.AsMemory(piece);
        if (_header.IsMasked) _key = FrameMask.Apply(payload.Span, _key);
        _remaining -= payload.Length;
        return payload;
    }
}
