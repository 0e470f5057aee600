using System.Net.Sockets;

namespace RawWs.Transport;

/// <summary>What a failed accept means for the loop.</summary>
internal enum AcceptErrorKind
{
    /// <summary>The listening socket is of no use any more: the loop ends.</summary>
    Fatal,

    /// <summary>The process or the machine has run out of something, or the cause is unknown: the loop pauses, then goes on.</summary>
    Pause,

    /// <summary>It concerns one peer, who is gone: the loop goes on at once.</summary>
    Peer,
}

/// <summary>The policy of the accept loop: which errors end it, which pause it, which it steps over.</summary>
internal static class AcceptErrors
{
    public static AcceptErrorKind Classify(SocketError error) => error switch
    {
        SocketError.OperationAborted
            or SocketError.NotSocket
            or SocketError.InvalidArgument              // it does not listen
            or SocketError.Fault
            or SocketError.NotInitialized => AcceptErrorKind.Fatal,

        // Linux also reports here what befell a connection that nobody has accepted yet, and what a firewall refused
        SocketError.ConnectionAborted
            or SocketError.ConnectionReset
            or SocketError.ConnectionRefused
            or SocketError.TimedOut
            or SocketError.NetworkDown
            or SocketError.NetworkUnreachable
            or SocketError.NetworkReset
            or SocketError.HostDown
            or SocketError.HostUnreachable
            or SocketError.ProtocolOption
            or SocketError.ProtocolType
            or SocketError.AccessDenied
            or SocketError.Interrupted
            or SocketError.WouldBlock => AcceptErrorKind.Peer,

        _ => AcceptErrorKind.Pause,                     // above all TooManyOpenSockets and NoBufferSpaceAvailable
    };
}
