using RawWs.Protocol.Compression;

namespace RawWs.Connection;

/// <summary>A connection's place for a context between its uses; while it is in use, it is not here. Any thread.</summary>
internal sealed class ContextSlot(bool isReplaceable, ProtocolConnection? owner = null) : IDisposable
{
    private ZlibStream? _context;

    /// <summary>Who must hear of it when the context is taken back, because its message cannot go on.</summary>
    public ProtocolConnection? Owner => owner;

    /// <summary>Whether a new context may stand in for the one that was here: true for a deflater, at any message.</summary>
    public bool IsReplaceable => isReplaceable;

    /// <summary>Whether the connection is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The place among those that are kept, or -1; guarded by their lock.</summary>
    public int Place { get; set; } = -1;

    /// <summary>When the context was put here.</summary>
    public long LastUse { get; private set; }

    /// <summary>Whether a context is here and nobody uses it.</summary>
    public bool IsAtRest
    {
        get
        {
            lock (this)
                return _context is not null;
        }
    }

    /// <summary>The context, for the caller to use; <see langword="null"/> when there is none, or it was taken back.</summary>
    public ZlibStream? Take()
    {
        lock (this)
        {
            ZlibStream? context = _context;
            _context = null;
            return context;
        }
    }

    /// <summary>Puts a context here, or ends it when the connection is over.</summary>
    public void Put(ZlibStream context, long now)
    {
        lock (this)
        {
            LastUse = now;
            if (!IsOver)
            {
                _context = context;
                return;
            }
        }
        context.Dispose();
    }

    /// <summary>The connection is over.</summary>
    public void Dispose()
    {
        lock (this)
            IsOver = true;
        Take()?.Dispose();
    }
}
