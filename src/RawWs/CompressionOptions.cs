using System.IO.Compression;

namespace RawWs;

/// <summary>How messages are compressed: permessage-deflate (RFC 7692). The same for both roles.</summary>
/// <remarks>
/// Compression is cheap in time and dear in memory: a deflater holds 140 to 330 KB, an inflater 40 KB. Without context takeover, which
/// is the default, they are borrowed for one message from a small pool of the process, so that an idle connection holds none. Do not
/// compress a secret together with text that somebody else chooses: the size of the message tells of the secret (CRIME, BREACH; RFC 7692
/// section 8). <see cref="MessageCompression.Never"/> keeps such a message plain; without takeover, messages never refer to each other.
/// </remarks>
public sealed record CompressionOptions
{
    /// <summary>How hard to try. Default <see cref="CompressionLevel.Fastest"/>: less than half the time of <see cref="CompressionLevel.Optimal"/>, which leaves a quarter less of short JSON. Must not be <see cref="CompressionLevel.NoCompression"/>.</summary>
    public CompressionLevel Level { get; init; } = CompressionLevel.Fastest;

    /// <summary>How much memory a deflater takes for its tables, 1 to 9 (zlib's <c>memLevel</c>); less compresses worse. Default 8.</summary>
    public int MemoryLevel { get; init; } = 8;

    /// <summary>The largest window of either direction, as a power of two, 9 to 15 (RFC 7692 section 7.1.2). Less costs less memory and compresses worse. Default 15, which is 32 KiB.</summary>
    public int WindowBits { get; init; } = 15;

    /// <summary>The shortest message that is compressed, in bytes, unless <see cref="SendOptions"/> say otherwise; smaller ones gain little. Default 1024.</summary>
    public int Threshold { get; init; } = 1024;

    /// <summary>Whether messages from the server may refer to earlier ones (RFC 7692 section 7.1.1.1): they get smaller, and a connection that uses it keeps an inflater at the client and, until it has sent nothing for 10 s, a deflater at the server. Default false.</summary>
    public bool ServerTakeover { get; init; }

    /// <summary>Whether messages from the client may refer to earlier ones (RFC 7692 section 7.1.1.2). Default false.</summary>
    public bool ClientTakeover { get; init; }
}
