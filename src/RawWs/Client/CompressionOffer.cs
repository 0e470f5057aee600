using RawWs.Connection;
using RawWs.Protocol.Compression;
using RawWs.Protocol.Framing;

namespace RawWs.Client;

/// <summary>What one attempt to connect offers: it has room for an inflater that is kept, in case the server takes the offer as it is, until this is disposed of.</summary>
internal sealed class CompressionOffer : IDisposable
{
    private readonly CompressionOptions _options;
    private readonly KeptContexts _contexts;
    private bool _isPinned;

    public CompressionOffer(CompressionOptions options, KeptContexts contexts)
    {
        _options = options;
        _contexts = contexts;
        _isPinned = options.ServerTakeover && contexts.TryPin();
        Deflate = DeflateOffer.Of(options, mayKeepInflater: _isPinned);
    }

    public DeflateOffer Deflate { get; }

    /// <summary>Begins what the server agreed to, which has the room from now on if it needs it.</summary>
    public PerMessageDeflate Take(DeflateParameters agreed)
    {
        PerMessageDeflate deflate = new(Role.Client, agreed, _options, _contexts);
        _isPinned &= agreed.ServerNoContextTakeover;
        return deflate;
    }

    public void Dispose()
    {
        if (_isPinned)
            _contexts.Unpin();
        _isPinned = false;
    }
}
