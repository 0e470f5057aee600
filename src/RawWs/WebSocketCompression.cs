using RawWs.Connection;
using RawWs.Protocol.Compression;

namespace RawWs;

/// <summary>What permessage-deflate holds in this process, outside the garbage collector's heap.</summary>
public static class WebSocketCompression
{
    /// <summary>Whether the zlib that comes with .NET could be loaded. Without it, compression is neither offered nor accepted.</summary>
    public static bool IsAvailable => Zlib.IsAvailable;

    /// <summary>The most deflaters and inflaters that connections keep between messages, or for a message that has not come whole: bounds memory. Default 1000.</summary>
    /// <remarks>
    /// A deflater that sent nothing for 10 s is given back in any case; its connection begins anew with the next message. At the bound, a deflater that rests is taken
    /// back for another connection; while none rests, further connections send messages that stand alone, and plain ones where a message
    /// is streamed or larger than 256 KiB. A message that comes in pieces may take the place of any deflater, then that of the message that
    /// has gone on least lately, which fails with 1013. At most three quarters are inflaters of connections with takeover: further ones are told not to use it.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public static int MaxContexts
    {
        get => KeptContexts.Shared.Max;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            KeptContexts.Shared.Max = value;
        }
    }

    /// <summary>The deflaters and inflaters that exist now: those that connections keep, those at work, and a few that wait for the next message, which are given back when none comes for a while.</summary>
    public static int LiveContexts => ZlibStream.Live;
}
