using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Unicode;

namespace RawWs.Protocol.Framing;

/// <summary>Joins data frames into messages and holds them to the rules: fragmentation (RFC 6455 section 5.4), UTF-8 (8.1) and our limits. Of a compressed message, size and text are judged as it is inflated.</summary>
internal sealed class MessageValidator(long maxBytes, int maxFragments)
{
    private readonly long _maxBytes = maxBytes == 0 ? long.MaxValue : maxBytes;
    private readonly int _maxFragments = maxFragments == 0 ? int.MaxValue : maxFragments;

    private long _bytes;
    private int _fragments;
    private Utf8Validator _utf8;
    private bool _isText;

    /// <summary>The type of the message in progress, or of the last one.</summary>
    public WebSocketMessageType Type => _isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;

    /// <summary>Whether a message has begun and not ended.</summary>
    public bool InProgress { get; private set; }

    /// <summary>Whether the message in progress, or the last one, is compressed (RFC 7692 section 6).</summary>
    public bool IsCompressed { get; private set; }

    /// <summary>How much more a compressed message may inflate to.</summary>
    public long InflatableBytes => _maxBytes - _bytes;

    /// <summary>Takes the next part of a data frame; true when it ends a message.</summary>
    /// <exception cref="WebSocketProtocolException">The part breaks a rule or a limit.</exception>
    public bool Accept(in FramePart part)
    {
        Debug.Assert(!part.Header.Opcode.IsControl(), "control frames pass between the frames of a message");
        if (part.IsStart) AcceptFrame(part.Header);
        bool isEnd = part.IsEnd && part.Header.IsFinal;
        if (_isText && !IsCompressed) AcceptText(part.Payload.Span, isEnd);
        if (isEnd) InProgress = false;
        return isEnd;
    }

    /// <summary>Takes the next part of what a compressed message inflates to.</summary>
    /// <exception cref="WebSocketProtocolException">The part breaks a rule or a limit.</exception>
    public void AcceptInflated(ReadOnlySpan<byte> part, bool isEnd)
    {
        _bytes += part.Length;
        ProtocolRule.RequireAcceptableSize(_bytes <= _maxBytes);
        if (_isText) AcceptText(part, isEnd);
    }

    private void AcceptFrame(in FrameHeader header)
    {
        bool continues = header.Opcode == Opcode.Continuation;
        ProtocolRule.Require(InProgress || !continues, "A continuation frame must continue a message", "RFC 6455 section 5.4");
        ProtocolRule.Require(!InProgress || continues, "The frames of one message must not be interleaved with another message", "RFC 6455 section 5.4");
        if (!continues) Begin(header);

        ProtocolRule.RequireAcceptableSize(IsCompressed || header.Length <= _maxBytes - _bytes);
        ProtocolRule.Require(_fragments < _maxFragments, WebSocketCloseStatus.PolicyViolation, "The message must not have more frames than this end accepts", "RFC 6455 section 7.4.1");
        if (!IsCompressed) _bytes += header.Length;
        _fragments++;
    }

    private void Begin(in FrameHeader header)
    {
        InProgress = true;
        IsCompressed = header.Rsv1;
        _isText = header.Opcode == Opcode.Text;
        (_bytes, _fragments, _utf8) = (0, 0, default);
    }

    private void AcceptText(ReadOnlySpan<byte> text, bool isEnd)
    {
        bool isWhole = isEnd && text.Length == _bytes;
        bool isValid = isWhole ? Utf8.IsValid(text) : _utf8.TryAppend(text) && (_utf8.IsComplete || !isEnd);
        ProtocolRule.Require(isValid, WebSocketCloseStatus.InvalidPayloadData, "Text must be valid UTF-8", "RFC 6455 section 8.1");
    }
}
