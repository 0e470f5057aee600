using System.Net;
using System.Net.Sockets;
using RawWs.Transport;
using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Transport;

/// <summary>A connection under test and, at its other end, a bare blocking socket.</summary>
internal sealed class SocketEnds : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private SocketEnds(Socket own, Socket peer)
    {
        peer.ReceiveTimeout = peer.SendTimeout = (int)Patience.TotalMilliseconds;
        Peer = peer;
        Connection = new SocketConnection(own, TimeProvider.System, Pool);
    }

    public CountingPool Pool { get; } = new();

    public SocketConnection Connection { get; }

    public Socket Peer { get; }

    /// <param name="isUnix">A unix socket instead of TCP.</param>
    /// <param name="bufferBytes">The kernel's buffers in both directions; 0 leaves the defaults.</param>
    public static async Task<SocketEnds> ConnectAsync(bool isUnix = false, int bufferBytes = 0)
    {
        EndPoint address = isUnix
            ? new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()))
            : new IPEndPoint(IPAddress.Loopback, 0);
        using Socket listener = Create(isUnix, bufferBytes);
        listener.Bind(address);
        listener.Listen();
        Socket peer = Create(isUnix, bufferBytes);
        Task<Socket> accepted = listener.AcceptAsync();
        await peer.ConnectAsync(listener.LocalEndPoint!);
        Socket own = await accepted;
        SetBuffers(own, bufferBytes);
        return new SocketEnds(own, peer);
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        Peer.Dispose();
        Assert.Equal(0, Pool.Outstanding);
    }

    /// <summary>Exactly so many bytes, received by the peer.</summary>
    public byte[] Receive(int count)
    {
        byte[] bytes = new byte[count];
        for (int have = 0; have < count;)
        {
            int received = Peer.Receive(bytes, have, count - have, SocketFlags.None);
            Assert.NotEqual(0, received);
            have += received;
        }

        return bytes;
    }

    public static byte[] Pattern(int length, int seed = 0)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static Socket Create(bool isUnix, int bufferBytes)
    {
        Socket socket = isUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SetBuffers(socket, bufferBytes);
        return socket;
    }

    private static void SetBuffers(Socket socket, int bytes)
    {
        if (bytes > 0)
            socket.SendBufferSize = socket.ReceiveBufferSize = bytes;
    }
}
