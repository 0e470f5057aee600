using System.Collections.Concurrent;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using RawWs.Protocol.Compression;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>What all connections share that agreed on the same, with the same options: an idle connection pays one field for it.</summary>
internal sealed class DeflateProfile
{
    /// <summary>By the options, and gone with them; of the agreements there are at most some hundred.</summary>
    private static readonly ConditionalWeakTable<CompressionOptions, ConcurrentDictionary<(Role, DeflateParameters, KeptContexts), DeflateProfile>> Known = [];

    private DeflateProfile(Role role, DeflateParameters agreed, CompressionOptions options, KeptContexts contexts)
    {
        bool isServer = role == Role.Server;
        (Agreed, Contexts, Threshold) = (agreed, contexts, options.Threshold);
        SendsWithTakeover = isServer
            ? options.ServerTakeover && !agreed.ServerNoContextTakeover
            : options.ClientTakeover && !agreed.ClientNoContextTakeover;
        ReceivesWithTakeover = isServer ? !agreed.ClientNoContextTakeover : !agreed.ServerNoContextTakeover;
        ReceiveWindowBits = (isServer ? agreed.ClientMaxWindowBits : agreed.ServerMaxWindowBits) ?? DeflateParameters.MaxWindowBits;
        int sendBits = Math.Min(options.WindowBits, (isServer ? agreed.ServerMaxWindowBits : agreed.ClientMaxWindowBits) ?? DeflateParameters.MaxWindowBits);
        Deflaters = sendBits >= Deflater.MinWindowBits ? contexts.Deflaters(LevelOf(options.Level), sendBits, options.MemoryLevel) : null;
    }

    public DeflateParameters Agreed { get; }

    public KeptContexts Contexts { get; }

    /// <summary>The shortest message that is compressed unasked.</summary>
    public int Threshold { get; }

    /// <summary>Whether our messages may refer to earlier ones, and are meant to (section 7.1.1): what a peer leaves us free to do need not be done.</summary>
    public bool SendsWithTakeover { get; }

    /// <summary>Whether the peer's messages may refer to earlier ones.</summary>
    public bool ReceivesWithTakeover { get; }

    /// <summary>The window of the peer's messages (section 7.1.2).</summary>
    public int ReceiveWindowBits { get; }

    /// <summary>Where deflaters are borrowed from; <see langword="null"/> when our window is of 8 bits, which no deflater has.</summary>
    public ContextPool<Deflater>? Deflaters { get; }

    public static DeflateProfile Of(Role role, DeflateParameters agreed, CompressionOptions options, KeptContexts contexts) =>
        Known.GetValue(options, static _ => new()).GetOrAdd(
            (role, agreed, contexts), static (key, options) => new(key.Item1, key.Item2, options, key.Item3), options);

    /// <summary>zlib's number.</summary>
    private static int LevelOf(CompressionLevel level) => level switch
    {
        CompressionLevel.Fastest => 1,
        CompressionLevel.SmallestSize => 9,
        _ => 6,
    };
}
