using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using RawWs.Protocol.Compression;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>Inflates one message at a time, a piece at a time (RFC 7692 section 7.2.2): one connection's for good, or borrowed for a message. For receive loops.</summary>
internal sealed class MessageInflater(int windowBits) : IDisposable
{
    /// <summary>How much is inflated at once: the most that is inflated beyond a limit.</summary>
    public const int PieceBytes = 64 * 1024;

    /// <summary>How much a compressed message may have on the wire beyond twice its limit: what compresses badly grows, by far less.</summary>
    private const int WireAllowance = 64 * 1024;

    private PerMessageDeflate? _deflate;
    private Inflater? _inflater = new(windowBits);
    private ContextSlot? _slot;
    private ReadOnlyMemory<byte> _input;
    private byte[]? _rest;
    private bool _isInputLast;
    private bool _isInMessage;
    private bool _isParked;
    private long _wireBytes;
    private long _bytes;

    /// <summary>Whether bytes that came are not inflated yet.</summary>
    public bool HasInput { get; private set; }

    /// <summary>What has come out of the message in progress.</summary>
    public long Bytes => _bytes;

    /// <summary>Works for this connection from here on.</summary>
    public MessageInflater For(PerMessageDeflate deflate)
    {
        _deflate = deflate;
        return this;
    }

    /// <summary>Takes the next part of a message; what came before has been inflated.</summary>
    /// <exception cref="WebSocketProtocolException">The message is larger than any that inflates to what is allowed.</exception>
    public void Add(in FramePart part, bool isLast, long maxBytes)
    {
        if (part.IsStart)
        {
            ProtocolRule.RequireAcceptableSize(part.Header.Length <= MaxWireBytes(maxBytes) - _wireBytes);
            _wireBytes += part.Header.Length;
        }
        (_input, _isInputLast, HasInput, _isInMessage) = (part.Payload, isLast, true, true);
    }

    /// <summary>The most that a compressed message may have on the wire.</summary>
    public static long MaxWireBytes(long maxBytes) => maxBytes is 0 or > (long.MaxValue - WireAllowance) / 2 ? long.MaxValue : 2 * maxBytes + WireAllowance;

    /// <summary>Others needed the place of this message more.</summary>
    /// <exception cref="WebSocketProtocolException">So it is.</exception>
    public void ThrowIfTakenBack() => RequireRoom(!_isParked || _slot!.Place >= 0);

    /// <summary>Inflates a piece, and holds it to the rules; true when the message ends with it. While <see cref="HasInput"/>.</summary>
    /// <param name="output">Where the piece goes.</param>
    /// <param name="rules">What judges it.</param>
    /// <exception cref="WebSocketProtocolException">The message breaks a rule or a limit.</exception>
    public bool InflatePiece(IBufferWriter<byte> output, MessageValidator rules)
    {
        bool isLast = false;
        Inflater inflater = _inflater ??= Unpark();
        long left = rules.InflatableBytes;
        Span<byte> room = left == 0 ? stackalloc byte[1] : output.GetSpan();     // at the limit: whether there is more
        room = room[..(int)Math.Min(Math.Min(room.Length, PieceBytes), Math.Max(left, 1))];
        ReadOnlySpan<byte> input = _input.Span;
        int written = inflater.Inflate(ref input, room);
        _input = _input[^input.Length..];
        _deflate!.OnInflated(written);
        _bytes += written;

        if (input.IsEmpty && written < room.Length)
        {
            GiveBackRest();
            isLast = _isInputLast;
        }
        if (isLast)
            inflater.EndMessage();
        rules.AcceptInflated(room[..written], isLast);
        output.Advance(written);
        if (isLast)
            EndMessage();
        return isLast;
    }

    /// <summary>The loop turns to something else: what it has is kept, out of the way of others.</summary>
    /// <param name="isSoonBack">Whether it only lets others have their turn.</param>
    /// <exception cref="WebSocketProtocolException">Too many messages are in progress.</exception>
    public void EndTurn(bool isSoonBack)
    {
        if (HasInput && _rest is null && !_input.IsEmpty)              // it lies in the pipe, which goes on
        {
            _rest = ArrayPool<byte>.Shared.Rent(_input.Length);
            _input.CopyTo(_rest);
            _input = _rest.AsMemory(0, _input.Length);
        }
        bool isAllHere = HasInput && _isInputLast;
        if (!_isInMessage || _inflater is null || _deflate!.Profile.ReceivesWithTakeover || (isAllHere && isSoonBack))
            return;
        _slot ??= new(isReplaceable: false, _deflate.Connection);
        RequireRoom(_deflate.Profile.Contexts.TryEnter(_slot));
        _slot.Put(_inflater, _deflate.Profile.Contexts.Now);
        (_inflater, _isParked) = (null, true);
    }

    public void Dispose()
    {
        _slot?.Dispose();
        if (_slot is not null)
            _deflate!.Profile.Contexts.Leave(_slot);
        _inflater?.Dispose();
        _inflater = null;
        GiveBackRest();
    }

    /// <summary>The context of the message in progress, unless others needed its place more.</summary>
    private Inflater Unpark()
    {
        Inflater? parked = (Inflater?)_slot!.Take();
        RequireRoom(parked is not null);
        return parked;
    }

    private void EndMessage()
    {
        (long bytes, long wireBytes) = (_bytes, _wireBytes);
        (_bytes, _wireBytes, _isInMessage) = (0, 0, false);
        if (_isParked)
            _deflate!.Profile.Contexts.Leave(_slot!);
        (_slot, _isParked) = (null, false);                             // it is this connection's
        PerMessageDeflate deflate = _deflate!;
        if (!deflate.Profile.ReceivesWithTakeover)
        {
            _inflater!.Reset();
            _deflate = null;                                            // the pool keeps no connection alive
        }
        deflate.OnMessageInflated(this, bytes, wireBytes);
    }

    private void GiveBackRest()
    {
        (HasInput, _input) = (false, default);
        if (_rest is not null)
            ArrayPool<byte>.Shared.Return(_rest);
        _rest = null;
    }

    private static void RequireRoom([DoesNotReturnIf(false)] bool hasRoom) =>
        ProtocolRule.Require(hasRoom, (WebSocketCloseStatus)1013, "No more compressed messages may be in progress than this end has memory for", "RFC 6455 section 7.4.1");
}
