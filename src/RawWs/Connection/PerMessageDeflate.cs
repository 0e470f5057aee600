using RawWs.Protocol.Compression;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>permessage-deflate of one connection (RFC 7692): what was agreed on, and what it did so far.</summary>
internal sealed class PerMessageDeflate : IDisposable
{
    public PerMessageDeflate(Role role, DeflateParameters agreed, CompressionOptions options, KeptContexts contexts)
    {
        Role = role;
        Agreed = agreed;
        Options = options;
        Contexts = contexts;
    }

    public Role Role { get; }

    public DeflateParameters Agreed { get; }

    public CompressionOptions Options { get; }

    public KeptContexts Contexts { get; }

    public CompressionStatistics Statistics { get; }

    /// <summary>Gives back all that the connection keeps. Any thread, any number of times.</summary>
    public void Dispose()
    {
    }
}
