using System.Net;
using System.Net.Sockets;
using RawWs.Transport;
using RawWs.Transport.Connecting;
using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Transport.Connecting;

public sealed class SocketConnectorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.0.0.1", "::ffff:127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("::1", "[::1]")]
    [InlineData("127.0.0.1", "localhost")]
    public async Task A_host_is_reached_by_name_and_by_address(string listens, string host)
    {
        using TcpListener listener = Listen(listens);

        await using SocketConnection connection = await Connect(host, PortOf(listener));

        using Socket accepted = await listener.AcceptSocketAsync().WaitAsync(Patience);
        Assert.Equal(listener.LocalEndpoint, connection.RemoteEndPoint);
        Assert.Equal(accepted.RemoteEndPoint, connection.LocalEndPoint);
        Assert.True(connection.Socket.NoDelay);
        Assert.Equal(1, (int)connection.Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
    }

    [Fact]
    public async Task The_bytes_of_both_sides_arrive()
    {
        using TcpListener listener = Listen("127.0.0.1");
        await using SocketConnection connection = await Connect("127.0.0.1", PortOf(listener));
        using Socket peer = await listener.AcceptSocketAsync().WaitAsync(Patience);

        await connection.Output.WriteAsync("there"u8.ToArray());
        byte[] received = new byte[5];
        peer.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        Assert.Equal(5, peer.Receive(received));
        Assert.Equal("there"u8.ToArray(), received);
        peer.Send("back"u8);
        System.IO.Pipelines.ReadResult read = await connection.Input.ReadAsync().AsTask().WaitAsync(Patience);
        Assert.Equal("back"u8.ToArray(), read.Buffer.FirstSpan.ToArray());
        connection.Input.AdvanceTo(read.Buffer.End);
    }

    [Fact]
    public async Task A_dead_address_is_stepped_over()
    {
        using TcpListener listener = Listen("127.0.0.1");
        NameLookup names = new(static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.IPv6Loopback, IPAddress.Loopback]));

        await using SocketConnection connection = await SocketConnector.ConnectAsync(names, "two.faced", PortOf(listener), TimeProvider.System, CancellationToken.None).WaitAsync(Patience);

        Assert.Equal(listener.LocalEndpoint, connection.RemoteEndPoint);
    }

    [Fact]
    public async Task Each_refusal_is_told_with_its_address()
    {
        int port = FreePort();
        NameLookup names = new(static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.IPv6Loopback]));

        IOException e = await Assert.ThrowsAsync<IOException>(() => SocketConnector.ConnectAsync(names, "two.faced", port, TimeProvider.System, CancellationToken.None).WaitAsync(Patience));

        Assert.Equal($"Cannot connect to two.faced:{port}: connection refused ([::1]), connection refused (127.0.0.1).", e.Message);
        AggregateException inner = Assert.IsType<AggregateException>(e.InnerException);
        Assert.Equal([SocketError.ConnectionRefused, SocketError.ConnectionRefused], inner.InnerExceptions.Cast<SocketException>().Select(static each => each.SocketErrorCode));
    }

    [Fact]
    public async Task The_one_refusal_is_the_inner_exception()
    {
        int port = FreePort();

        IOException e = await Assert.ThrowsAsync<IOException>(() => Connect("::1", port));

        Assert.Equal($"Cannot connect to [::1]:{port}: connection refused ([::1]).", e.Message);
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(e.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task A_link_local_address_without_its_interface_says_so()
    {
        IOException e = await Assert.ThrowsAsync<IOException>(() => Connect("fe80::1", 80));

        Assert.Equal("Cannot connect to [fe80::1]:80: the address needs the name of an interface that is there ([fe80::1]).", e.Message);
    }

    [Fact]
    public async Task A_loser_leaves_no_socket()
    {
        using DeafListener deaf = new("127.0.0.1");
        using TcpListener second = Listen("127.0.0.2", deaf.Port);
        NameLookup names = new(static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.1"), IPAddress.Parse("127.0.0.2")]));

        await using SocketConnection connection = await SocketConnector.ConnectAsync(names, "half.deaf", deaf.Port, TimeProvider.System, CancellationToken.None).WaitAsync(Patience);

        Assert.Equal(second.LocalEndpoint, connection.RemoteEndPoint);
        Assert.Equal(0, deaf.CountAttempts());
    }

    [Fact]
    public async Task A_cancelled_attempt_leaves_no_socket()
    {
        using DeafListener deaf = new("127.0.0.1");
        using CancellationTokenSource cancel = new();
        Task<SocketConnection> connecting = SocketConnector.ConnectAsync("127.0.0.1", deaf.Port, TimeProvider.System, cancel.Token);
        await deaf.WaitForAttemptAsync(Patience);

        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Patience));
        Assert.Equal(0, deaf.CountAttempts());
    }

    [Fact]
    public async Task A_unix_socket_is_reached_by_its_path()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();

        await using SocketConnection connection = await SocketConnector.ConnectUnixAsync(path, TimeProvider.System, CancellationToken.None).WaitAsync(Patience);

        using Socket accepted = await listener.AcceptAsync().WaitAsync(Patience);
        Assert.Equal(path, connection.RemoteEndPoint?.ToString());
    }

    [Fact]
    public async Task A_unix_socket_that_is_not_there_is_told_with_its_path()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        Assert.Equal($"Cannot connect to the unix socket {path}: there is no such file.", await Refusal());
        await File.WriteAllTextAsync(path, "");
        try
        {
            Assert.Equal($"Cannot connect to the unix socket {path}: nobody listens there.", await Refusal());
        }
        finally
        {
            File.Delete(path);
        }

        async Task<string> Refusal() =>
            (await Assert.ThrowsAsync<IOException>(() => SocketConnector.ConnectUnixAsync(path, TimeProvider.System, CancellationToken.None).WaitAsync(Patience))).Message;
    }

    [Theory]
    [InlineData("/tmp/a\0b")]
    [InlineData("/tmp/a\rb")]
    [InlineData("/tmp/a\nb")]
    [InlineData("")]
    public Task A_path_that_cannot_be_is_the_callers_mistake(string path) =>
        Assert.ThrowsAnyAsync<ArgumentException>(() => SocketConnector.ConnectUnixAsync(path, TimeProvider.System, CancellationToken.None));

    [Fact]
    public Task A_path_that_is_too_long_is_the_callers_mistake() =>
        A_path_that_cannot_be_is_the_callers_mistake("/" + new string('x', 200));

    private static Task<SocketConnection> Connect(string host, int port) =>
        SocketConnector.ConnectAsync(host, port, TimeProvider.System, CancellationToken.None).WaitAsync(Patience);

    private static TcpListener Listen(string address, int port = 0)
    {
        TcpListener listener = new(IPAddress.Parse(address), port);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>A port that was free a moment ago.</summary>
    private static int FreePort()
    {
        using TcpListener listener = Listen("127.0.0.1");
        return PortOf(listener);
    }
}
