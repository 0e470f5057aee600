using System.Net;
using System.Net.Sockets;
using RawWs.Transport;
using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Transport;

public sealed class SocketListenerTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("ws://127.0.0.1:0")]
    [InlineData("ws://localhost:0")]
    [InlineData("ws://*:0")]
    [InlineData("unix")]
    public async Task A_peer_that_connects_is_handed_over(string address)
    {
        await using SocketListener listener = SocketListener.Bind(Address(address), backlog: 16);
        TaskCompletionSource<SocketConnection> accepted = new();
        Task loop = listener.RunAsync(accepted.SetResult, (e, _) => accepted.TrySetException(e), TimeProvider.System);
        using Socket peer = Connect(listener.Endpoint);

        await using SocketConnection connection = await accepted.Task.WaitAsync(SocketEnds.Patience);
        peer.Send("abc"u8);

        Assert.Equal(3, (await connection.Input.ReadAsync()).Buffer.Length);
        Assert.Same(TimeProvider.System, connection.Time);
        listener.Stop();
        await loop.WaitAsync(SocketEnds.Patience);
    }

    [Fact]
    public async Task Port_0_becomes_the_port_that_was_bound()
    {
        await using SocketListener listener = SocketListener.Bind(Address("ws://127.0.0.1:0"), backlog: 16);

        Assert.NotEqual(0, listener.Endpoint.Port);
        Assert.Equal($"ws://127.0.0.1:{listener.Endpoint.Port}", listener.Endpoint.OriginalString);
        Assert.True(listener.IsLoopback);
    }

    [Fact]
    public async Task Two_listeners_on_one_port_are_refused()
    {
        await using SocketListener first = SocketListener.Bind(Address("ws://127.0.0.1:0"), backlog: 16);

        SocketException e = Assert.Throws<SocketException>(() => SocketListener.Bind(Address(first.Endpoint.OriginalString), backlog: 16));

        Assert.Equal(SocketError.AddressAlreadyInUse, e.SocketErrorCode);
    }

    [Fact]
    public async Task A_restart_on_the_same_port_works_while_old_connections_linger()
    {
        SocketListener first = SocketListener.Bind(Address("ws://127.0.0.1:0"), backlog: 16);
        TaskCompletionSource<SocketConnection> accepted = new();
        Task loop = first.RunAsync(accepted.SetResult, (e, _) => accepted.TrySetException(e), TimeProvider.System);
        using Socket peer = Connect(first.Endpoint);
        await (await accepted.Task.WaitAsync(SocketEnds.Patience)).DisposeAsync();      // the side that closes first keeps TIME_WAIT
        Assert.Equal(0, peer.Receive(new byte[1]));
        peer.Dispose();
        first.Stop();
        await loop.WaitAsync(SocketEnds.Patience);

        await using SocketListener second = SocketListener.Bind(Address(first.Endpoint.OriginalString), backlog: 16);

        Assert.Equal(first.Endpoint, second.Endpoint);
    }

    [Fact]
    public async Task Accepted_sockets_send_at_once_and_notice_dead_peers()
    {
        await using SocketListener listener = SocketListener.Bind(Address("ws://127.0.0.1:0"), backlog: 16);
        TaskCompletionSource<SocketConnection> accepted = new();
        _ = listener.RunAsync(accepted.SetResult, (e, _) => accepted.TrySetException(e), TimeProvider.System);
        using Socket peer = Connect(listener.Endpoint);

        await using SocketConnection connection = await accepted.Task.WaitAsync(SocketEnds.Patience);

        Assert.True(connection.Socket.NoDelay);
        Assert.Equal(1, connection.Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        Assert.Equal(30, connection.Socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        Assert.Equal(10, connection.Socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval));
        Assert.Equal(3, connection.Socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount));
        if (OperatingSystem.IsLinux())
        {
            byte[] userTimeout = new byte[4];
            connection.Socket.GetRawSocketOption(6, 18, userTimeout);                   // IPPROTO_TCP, TCP_USER_TIMEOUT
            Assert.Equal(60_000, BitConverter.ToInt32(userTimeout));
        }
    }

    [Fact]
    public async Task Every_address_takes_both_families()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        await using SocketListener listener = SocketListener.Bind(Address("ws://*:0"), backlog: 16);
        using SemaphoreSlim accepted = new(0);
        _ = listener.RunAsync(connection => accepted.Release(), (_, _) => { }, TimeProvider.System);

        using Socket four = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        four.Connect(IPAddress.Loopback, listener.Endpoint.Port);
        using Socket six = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        six.Connect(IPAddress.IPv6Loopback, listener.Endpoint.Port);

        Assert.True(await accepted.WaitAsync(SocketEnds.Patience));
        Assert.True(await accepted.WaitAsync(SocketEnds.Patience));
    }

    [Fact]
    public async Task A_stop_deletes_the_unix_sockets_file()
    {
        SocketListener listener = SocketListener.Bind(Address("unix"), backlog: 16);
        Task loop = listener.RunAsync(_ => { }, (_, _) => { }, TimeProvider.System);
        Assert.True(File.Exists(_path));
        Assert.Equal($"unix:{_path}", listener.Endpoint.OriginalString);

        listener.Stop();

        await loop.WaitAsync(SocketEnds.Patience);
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public async Task A_unix_socket_that_nobody_serves_any_more_is_replaced()
    {
        string copy = _path + ".left";
        using (Socket dead = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(_path));
            File.Move(_path, copy);             // closing deletes it under its own name only: so a crash leaves it
        }

        File.Move(copy, _path);
        await using SocketListener listener = SocketListener.Bind(Address("unix"), backlog: 16);

        using Socket peer = Connect(listener.Endpoint);
        Assert.True(peer.Connected);
    }

    [Fact]
    public async Task A_unix_socket_that_somebody_serves_is_left_alone()
    {
        await using SocketListener first = SocketListener.Bind(Address("unix"), backlog: 1);

        SocketException e = Assert.Throws<SocketException>(() => SocketListener.Bind(Address("unix"), backlog: 16));

        Assert.Equal(SocketError.AddressAlreadyInUse, e.SocketErrorCode);
        using Socket peer = Connect(first.Endpoint);
        Assert.True(peer.Connected);
    }

    [Fact]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        File.WriteAllText(_path, "somebody's letters");

        SocketException e = Assert.Throws<SocketException>(() => SocketListener.Bind(Address("unix"), backlog: 16));

        Assert.Equal(SocketError.AddressAlreadyInUse, e.SocketErrorCode);
        Assert.Equal("somebody's letters", File.ReadAllText(_path));
    }

    private static Socket Connect(Uri endpoint)
    {
        bool isUnix = endpoint.Scheme == "unix";
        Socket socket = isUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(isUnix ? new UnixDomainSocketEndPoint(endpoint.LocalPath) : new IPEndPoint(IPAddress.Loopback, endpoint.Port));
        return socket;
    }

    private ListenAddress Address(string text) => ListenAddress.Parse(text == "unix" ? $"unix:{_path}" : text);
}
