using RawWs.Protocol.Compression;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>permessage-deflate of one connection (RFC 7692): what was agreed on, what it did so far, and its two halves, each made when first needed.</summary>
internal sealed class PerMessageDeflate(Role role, DeflateParameters agreed, CompressionOptions options, KeptContexts contexts) : IDisposable
{
    /// <summary>How much is inflated, or compressed, before others have their turn: a millisecond's work at most.</summary>
    public const int TurnBytes = 256 * 1024;

    /// <summary>What a piece costs of a turn though nothing comes out: a final block ends one, and a few bits make such a block.</summary>
    private const int PieceCost = 1024;

    private MessageDeflater? _deflater;
    private MessageInflater? _inflater;
    private long _sent;
    private long _sentCompressed;
    private long _received;
    private long _receivedCompressed;
    private int _turn;
    private int _isOver;

    /// <summary>Whose messages these are; set with the connection.</summary>
    public ProtocolConnection? Connection { get; set; }

    /// <summary>What was agreed on.</summary>
    public DeflateProfile Profile { get; } = DeflateProfile.Of(role, agreed, options, contexts);

    public DeflateParameters Agreed => Profile.Agreed;

    public CompressionStatistics Statistics => new(
        Volatile.Read(ref _sent), Volatile.Read(ref _sentCompressed), Volatile.Read(ref _received), Volatile.Read(ref _receivedCompressed));

    /// <summary>Works on what was received: for good, or on the message in progress.</summary>
    public MessageInflater? Inflater => _inflater;

    /// <summary>Whether this turn of the receive loop has inflated enough.</summary>
    public bool IsTurnOver => _turn <= 0;

    /// <summary>A turn of the receive loop begins.</summary>
    public void BeginTurn() => _turn = TurnBytes;

    public MessageInflater EnsureInflater() =>
        _inflater ??= (Profile.ReceivesWithTakeover ? new MessageInflater(Profile.ReceiveWindowBits) : Profile.Contexts.Inflaters.Rent()).For(this);

    public MessageDeflater EnsureDeflater() => _deflater ?? Interlocked.CompareExchange(ref _deflater, new(this), null) ?? _deflater;

    /// <summary>Whether a message should be compressed.</summary>
    public bool IsWorthIt(int length, MessageCompression choice) => Profile.Deflaters is not null && length > 0 && choice switch
    {
        MessageCompression.Never => false,
        MessageCompression.Always => true,
        MessageCompression.Auto => length >= Profile.Threshold,
        _ => throw new ArgumentOutOfRangeException(nameof(choice), choice, $"Compress is {nameof(MessageCompression.Auto)}, {nameof(MessageCompression.Never)} or {nameof(MessageCompression.Always)}."),
    };

    public void CountSent(int bytes, int compressedBytes)
    {
        Interlocked.Add(ref _sent, bytes);
        Interlocked.Add(ref _sentCompressed, compressedBytes);
    }

    /// <summary>A piece of a message came out.</summary>
    public void OnInflated(int bytes) => _turn -= Math.Max(bytes, PieceCost);

    /// <summary>A message is whole.</summary>
    public void OnMessageInflated(MessageInflater inflater, long bytes, long compressedBytes)
    {
        Volatile.Write(ref _received, _received + bytes);
        Volatile.Write(ref _receivedCompressed, _receivedCompressed + compressedBytes);
        if (Profile.ReceivesWithTakeover)
            return;
        _inflater = null;
        Profile.Contexts.Inflaters.Return(inflater);
    }

    /// <summary>The connection is over, and nothing is received any more: gives back all that it keeps.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
            return;
        _inflater?.Dispose();
        EnsureDeflater().Dispose();                                     // whoever sends just now finds one that is over
        if (Profile.ReceivesWithTakeover)
            Profile.Contexts.Unpin();
    }
}
