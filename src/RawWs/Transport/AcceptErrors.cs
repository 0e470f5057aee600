using System.Net.Sockets;

namespace RawWs.Transport;

/// <summary>What a failed accept means for the loop.</summary>
internal enum AcceptErrorKind
{
    /// <summary>The listening socket is of no use any more: the loop ends.</summary>
    Fatal,

    /// <summary>This process or machine has run out of something: the loop pauses, then goes on.</summary>
    Pause,

    /// <summary>One peer went away before it was accepted: the loop goes on.</summary>
    Peer,
}

/// <summary>The policy of the accept loop.</summary>
internal static class AcceptErrors
{
    public static AcceptErrorKind Classify(SocketError error) => throw new NotSupportedException();
}
