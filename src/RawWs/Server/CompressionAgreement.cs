using Microsoft.Extensions.Logging;
using RawWs.Connection;
using RawWs.Protocol.Compression;
using RawWs.Protocol.Framing;
using RawWs.Protocol.Handshake;

namespace RawWs.Server;

/// <summary>Agrees with clients on permessage-deflate. Any thread.</summary>
internal sealed class CompressionAgreement(ILogger logger, KeptContexts contexts)
{
    private int _isTold;

    /// <summary>Whether there is a zlib; asked when a client offers something.</summary>
    public Func<bool> IsAvailable { get; init; } = static () => Zlib.IsAvailable;

    /// <summary>What a client's messages and ours are compressed with; <see langword="null"/> when each of its offers is declined.</summary>
    /// <param name="head">A request that has passed its checks.</param>
    /// <param name="options">What the route wants.</param>
    public PerMessageDeflate? Agree(RequestHead head, CompressionOptions options)
    {
        if (!DeflateOffers.TryAgree(head, options, out DeflateParameters agreed))
            return null;
        if (!IsAvailable())
        {
            if (Interlocked.Exchange(ref _isTold, 1) == 0)
                logger.CompressionUnavailable();
            return null;
        }
        if (!agreed.ClientNoContextTakeover && !contexts.TryPin())
            agreed = agreed with { ClientNoContextTakeover = true };
        return new PerMessageDeflate(Role.Server, agreed, options, contexts);
    }
}
