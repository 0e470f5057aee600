using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace RawWs.Transport;

/// <summary>All that a connection sees of the world outside: two pipes, a way to break them, and the loop that owns them.</summary>
internal interface ITransportConnection : IDuplexPipe, IAsyncDisposable
{
    /// <summary>Our end, where it has an address.</summary>
    EndPoint? LocalEndPoint { get; }

    /// <summary>The peer's end, where it has an address.</summary>
    EndPoint? RemoteEndPoint { get; }

    /// <summary>Whether what is written is encrypted on its way (TLS).</summary>
    bool IsSecure => false;

    /// <summary>The certificate that the peer showed, if it did.</summary>
    X509Certificate2? PeerCertificate => null;

    /// <summary>Runs work on the loop that owns this connection.</summary>
    PipeScheduler Scheduler { get; }

    /// <summary>The clock and the timers of that loop.</summary>
    TimeProvider Time { get; }

    /// <summary>How many bytes the next hop (the kernel) has taken so far: progress, by which a stalled send is told from a slow one.</summary>
    long BytesSent { get; }

    /// <summary>Ends both directions at once: pending and later calls on the pipes complete with an <see cref="IOException"/>. May be called by any thread, any number of times; the first reason wins.</summary>
    void Abort(string reason);
}
