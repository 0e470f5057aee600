namespace RawWs.Transport.Streams;

/// <summary>Why the pipes over a stream are over: our own reason before all, else the first failure that the stream told.</summary>
internal sealed class StreamFault
{
    private string? _reason;
    private IOException? _error;

    /// <summary>Whether the stream has failed, or we have ended it.</summary>
    public bool IsOver => Volatile.Read(ref _reason) is not null || Volatile.Read(ref _error) is not null;

    /// <summary>True for the first reason, which wins.</summary>
    public bool TryAbort(string reason) => Interlocked.CompareExchange(ref _reason, reason, null) is null;

    public void ThrowIfAborted()
    {
        if (Volatile.Read(ref _reason) is string reason)
            throw new IOException(reason);
    }

    /// <summary>Notes a failure of the stream, and gives the exception for it: what ended the connection first.</summary>
    public IOException Fail(IOException error)
    {
        IOException first = Interlocked.CompareExchange(ref _error, error, null) ?? error;
        return new IOException(Volatile.Read(ref _reason) ?? first.Message, first);
    }
}
