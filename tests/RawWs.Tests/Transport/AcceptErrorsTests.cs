using System.Net.Sockets;
using RawWs.Transport;
using Xunit;

namespace RawWs.Tests.Transport;

public sealed class AcceptErrorsTests
{
    [Theory]
    [InlineData(SocketError.OperationAborted, nameof(AcceptErrorKind.Fatal))]
    [InlineData(SocketError.NotSocket, nameof(AcceptErrorKind.Fatal))]
    [InlineData(SocketError.InvalidArgument, nameof(AcceptErrorKind.Fatal))]
    [InlineData(SocketError.TooManyOpenSockets, nameof(AcceptErrorKind.Pause))]        // EMFILE, ENFILE
    [InlineData(SocketError.NoBufferSpaceAvailable, nameof(AcceptErrorKind.Pause))]    // ENOBUFS, ENOMEM
    [InlineData(SocketError.ProcessLimit, nameof(AcceptErrorKind.Pause))]
    [InlineData(SocketError.OperationNotSupported, nameof(AcceptErrorKind.Pause))]
    [InlineData(SocketError.SocketError, nameof(AcceptErrorKind.Pause))]
    [InlineData(SocketError.ConnectionAborted, nameof(AcceptErrorKind.Peer))]
    [InlineData(SocketError.ConnectionReset, nameof(AcceptErrorKind.Peer))]
    [InlineData(SocketError.HostUnreachable, nameof(AcceptErrorKind.Peer))]
    [InlineData(SocketError.NetworkDown, nameof(AcceptErrorKind.Peer))]
    [InlineData(SocketError.AccessDenied, nameof(AcceptErrorKind.Peer))]               // EPERM: a firewall's refusal
    public void Each_error_has_its_consequence(SocketError error, string kind) =>
        Assert.Equal(kind, AcceptErrors.Classify(error).ToString());

    [Fact]
    public void An_error_that_nobody_thought_of_pauses() =>
        Assert.Equal(AcceptErrorKind.Pause, AcceptErrors.Classify((SocketError)4711));
}
