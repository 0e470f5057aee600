using System.Buffers;
using System.Runtime.InteropServices;

namespace RawWs.Protocol.Framing;

/// <summary>Cuts received bytes into frames (RFC 6455 section 5): data frames in parts as they arrive, the first as soon as the header is there, so that it is judged then; control frames whole.</summary>
/// <remarks>Payloads are unmasked where they lie. After a violation the reader must not be used again.</remarks>
internal sealed class FrameReader(Role role, long maxMessageBytes, bool rsv1Allowed = false)
{
    private readonly long _maxMessageBytes = maxMessageBytes == 0 ? long.MaxValue : maxMessageBytes;

    // the frame whose payload is awaited; nothing remaining means that a header comes next
    private FrameHeader _header;
    private long _remaining;
    private uint _key;
    private bool _isStartDue;
    private byte[]? _control;

    /// <summary>Reads the next part and moves the input past what it used; false when bytes are missing.</summary>
    /// <exception cref="WebSocketProtocolException">A header breaks a rule, or announces more than a message may have.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> input, out FramePart part)
    {
        part = default;
        int headerSize = 0;
        if (_remaining == 0 && !TryReadHeader(input, out headerSize)) return false;

        ReadOnlyMemory<byte> first = input.First;
        if (first.Length - headerSize < _remaining)
        {
            input = input.Slice(headerSize);
            return TryReadScattered(ref input, out part);
        }
        part = Take(first.Slice(headerSize, (int)_remaining));
        input = input.Slice(headerSize + part.Payload.Length);
        return true;
    }

    private bool TryReadHeader(in ReadOnlySequence<byte> input, out int size)
    {
        if (!FrameHeader.TryRead(input.FirstSpan, role, rsv1Allowed, out FrameHeader header, out size)
            && (input.IsSingleSegment || !TryReadCrossing(input, out header, out size)))
            return false;

        ProtocolRule.RequireAcceptableSize(header.Opcode.IsControl() || header.Length <= _maxMessageBytes);
        (_header, _remaining, _key, _isStartDue) = (header, header.Length, header.MaskKey, true);
        return true;
    }

    private bool TryReadCrossing(in ReadOnlySequence<byte> input, out FrameHeader header, out int size)
    {
        Span<byte> copy = stackalloc byte[FrameHeader.MaxSize];
        copy = copy[..(int)Math.Min(copy.Length, input.Length)];
        input.Slice(0, copy.Length).CopyTo(copy);
        return FrameHeader.TryRead(copy, role, rsv1Allowed, out header, out size);
    }

    /// <summary>Reads of a frame that does not end in the first segment: some data, or all of a control frame.</summary>
    private bool TryReadScattered(ref ReadOnlySequence<byte> input, out FramePart part)
    {
        part = default;
        bool isControl = _header.Opcode.IsControl();
        if (isControl && input.Length < _remaining) return false;
        if (input.IsEmpty && !_isStartDue) return false;

        ReadOnlyMemory<byte> piece = FirstPiece(ref input);
        if (piece.Length > _remaining) piece = piece[..(int)_remaining];
        if (piece.Length < _remaining && isControl) piece = CopyControl(input.Slice(0, _remaining));
        part = Take(piece);
        input = input.Slice(piece.Length);
        return true;
    }

    private static ReadOnlyMemory<byte> FirstPiece(ref ReadOnlySequence<byte> input)
    {
        while (input.First.IsEmpty && !input.IsEmpty)
        {
            SequencePosition next = input.Start;
            input.TryGet(ref next, out _);
            input = input.Slice(next);
        }
        return input.First;
    }

    private ReadOnlyMemory<byte> CopyControl(in ReadOnlySequence<byte> payload)
    {
        _control ??= new byte[FrameHeader.MaxControlPayload];
        payload.CopyTo(_control);
        return _control.AsMemory(0, (int)payload.Length);
    }

    private FramePart Take(ReadOnlyMemory<byte> piece)
    {
        // received bytes come from pipes, whose memory is writable and nobody else's until it is consumed
        Memory<byte> payload = MemoryMarshal.AsMemory(piece);
        if (_header.IsMasked) _key = FrameMask.Apply(payload.Span, _key);
        (bool isStart, _isStartDue) = (_isStartDue, false);
        _remaining -= payload.Length;
        return new FramePart(_header, payload, isStart, isEnd: _remaining == 0);
    }
}
