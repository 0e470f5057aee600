namespace RawWs.Transport.Streams;

/// <summary>A connection whose two pipes lie over one stream, which it alone may end.</summary>
internal interface IStreamOwner
{
    Stream Stream { get; }

    /// <summary>Fires when this side has ended the connection and the stream's own calls may not see it.</summary>
    CancellationToken Aborted { get; }

    void ThrowIfAborted();

    /// <summary>Notes what a call on the stream threw, and gives the exception for it: what ended the connection first.</summary>
    IOException Fail(Exception error);

    /// <summary>The reader is completed, and has no call on the stream left. Called once.</summary>
    void EndInput();

    /// <summary>The writer is completed, and has no call on the stream left: tells the peer, as far as the stream can. Called once.</summary>
    void EndOutput();
}
