using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>Peers that make no TLS handshake, or a bad or slow one: nothing is left of them, and others are served.</summary>
public sealed class TlsHandshakeLimitTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly LogLines _log = new();

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData("", "no whole ClientHello came")]
    [InlineData("16 0301 0200 0100", "no whole ClientHello came")]
    public async Task A_slow_ClientHello_is_cut_off_at_the_deadline(string hex, string step)
    {
        await using TestServer server = await StartAsync();
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        await peer.SendAsync(Bytes.Hex(hex));
        await server.WaitForConnectionsAsync(1);

        await AdvanceUntilEmptyAsync(server);

        await peer.WaitForEndAsync();
        Assert.EndsWith($"failed: it was not done within 00:00:10: {step}", Told(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handshake_that_stalls_is_cut_off_at_the_deadline()
    {
        await using TestServer server = await StartAsync();
        await using StalledPeer peer = await StalledPeer.ConnectAsync(server);

        await AdvanceUntilEmptyAsync(server);

        Assert.EndsWith("failed: it was not done within 00:00:10: the client did not go on", Told(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deadline_of_zero_is_none()
    {
        await using TestServer server = await StartAsync(static tls => tls.Timeout = TimeSpan.Zero);
        await using StalledPeer peer = await StalledPeer.ConnectAsync(server);

        _clock.Advance(TimeSpan.FromDays(1));

        await peer.AssertEchoesAsync();
    }

    [Fact]
    public async Task The_deadline_of_the_handshake_ends_with_it()
    {
        await using TestServer server = await StartAsync();
        await using TlsPeer peer = await TlsPeer.ConnectAsync(server.Endpoint, "localhost");
        await peer.OpenAsync();

        _clock.Advance(TimeSpan.FromSeconds(15));

        await peer.AssertEchoesAsync("still here");
    }

    [Fact]
    public async Task A_request_without_TLS_is_told_so_in_its_own_words()
    {
        await using TestServer server = await StartAsync();
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);

        await peer.SendAsync("GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");
        RawResponse response = await peer.ReadResponseAsync();

        Assert.Equal(400, response.Status);
        Assert.Contains("This port speaks TLS", Encoding.ASCII.GetString(response.Body), StringComparison.Ordinal);
        Assert.Empty(await peer.ReadToEndAsync());
        peer.HalfClose();
        await server.WaitForConnectionsAsync(0);
        Assert.Contains("refused with 400: This port speaks TLS", Assert.Single(_log.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ClientHello_on_a_plain_port_is_refused()
    {
        await using TestServer server = await StartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => TlsPeer.ConnectAsync(server.Server.Endpoints[1], "localhost"));
        await server.WaitForConnectionsAsync(0);
        Assert.Contains("refused with 400", Assert.Single(_log.All), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00", "its first bytes are no TLS handshake")]
    [InlineData("15 0301 0002 0228", "its first bytes are no TLS handshake")]
    [InlineData("80 2e 0100 02", "its first bytes are no TLS handshake")]
    [InlineData("16 0301 0004 09090909", "its first bytes are no TLS handshake")] // no ClientHello
    [InlineData("16 0301 0004 01000000", "its ClientHello cannot be read")] // an empty one
    [InlineData("16 0000 0004 01000000", "its ClientHello cannot be read")] // TLS of a version that never was
    public async Task Garbage_is_refused(string hex, string reason)
    {
        await using TestServer server = await StartAsync();
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);

        await peer.SendAsync(Bytes.Hex(hex));

        await peer.WaitForEndAsync();
        await server.WaitForConnectionsAsync(0);
        Assert.Contains(reason, Told(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Peers_that_go_in_the_middle_leave_nothing_behind()
    {
        await using TestServer server = await StartAsync();
        for (int i = 0; i < 60; i++)
        {
            await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
            await peer.SendAsync(Bytes.Hex("16 0301 0200 0100").AsMemory(0, i % 7));
            if (i % 2 == 0)
                peer.Reset();
        }
        for (int i = 0; i < 20; i++)
        {
            StalledPeer peer = await StalledPeer.ConnectAsync(server);
            await peer.DisposeAsync();
        }

        await server.WaitForConnectionsAsync(0);
        await AssertServesAsync(server);
    }

    [Fact]
    public async Task Silent_and_dripping_peers_hold_no_turn()
    {
        await using TestServer server = await StartAsync(static tls => tls.MaxHandshakes = 1);
        await using RawPeer silent = await RawPeer.ConnectAsync(server.Endpoint);
        await using RawPeer dripping = await RawPeer.ConnectAsync(server.Endpoint);
        await dripping.SendAsync(Bytes.Hex("16 0301 0200 0100"));
        await server.WaitForConnectionsAsync(2);

        await AssertServesAsync(server);
    }

    [Fact]
    public async Task A_handshake_beyond_the_limit_waits_for_its_turn()
    {
        await using TestServer server = await StartAsync(static tls => tls.MaxHandshakes = 1);
        await using StalledPeer first = await StalledPeer.ConnectAsync(server);
        Task<TlsPeer> second = TlsPeer.ConnectAsync(server.Endpoint, "localhost");
        await server.WaitForConnectionsAsync(2);
        await AssertPlainEchoesAsync(server);
        Assert.False(second.IsCompleted);

        await first.AssertEchoesAsync();

        await using TlsPeer peer = await second;
        await peer.OpenAsync();
        await peer.AssertEchoesAsync("hello");
    }

    [Fact]
    public async Task Waiting_for_a_turn_counts_towards_the_deadline()
    {
        await using TestServer server = await StartAsync(static tls => tls.MaxHandshakes = 1);
        await using StalledPeer first = await StalledPeer.ConnectAsync(server);
        Task<TlsPeer> second = TlsPeer.ConnectAsync(server.Endpoint, "localhost");
        await server.WaitForConnectionsAsync(2);
        await AssertPlainEchoesAsync(server);

        await AdvanceUntilEmptyAsync(server);

        await Assert.ThrowsAnyAsync<Exception>(async () => await (await second).GetAsync("/who"));      // its turn may have come for a moment
        Assert.Equal(2, _log.All.Count(static line => line.Contains("it was not done within 00:00:10", StringComparison.Ordinal)));
        await AssertServesAsync(server);
    }

    [Fact]
    public async Task Handshakes_end_with_the_server()
    {
        TestServer server = await StartAsync(static tls => tls.MaxHandshakes = 1);
        await using RawPeer silent = await RawPeer.ConnectAsync(server.Endpoint);
        await using StalledPeer stalled = await StalledPeer.ConnectAsync(server);
        Task<TlsPeer> waiting = TlsPeer.ConnectAsync(server.Endpoint, "localhost");
        await server.WaitForConnectionsAsync(3);

        await server.DisposeAsync();

        Assert.Equal(0, server.Server.ConnectionCount);
        await silent.WaitForEndAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () => await (await waiting).GetAsync("/who"));     // its turn may have come for a moment
    }

    [Fact]
    public async Task A_handshake_counts_as_a_connection_from_the_start()
    {
        await using TestServer server = await TestServer.StartAsync(options: new WebSocketServerOptions
        {
            Listen = { "wss://127.0.0.1:0" },
            Tls = TlsServer.Good(),
            MaxConnections = 1,
            TimeProvider = _clock,
            LoggerFactory = _log,
        });
        await using RawPeer silent = await RawPeer.ConnectAsync(server.Endpoint);
        await server.WaitForConnectionsAsync(1);

        await using TlsPeer peer = await TlsPeer.ConnectAsync(server.Endpoint, "localhost");

        Assert.StartsWith("HTTP/1.1 503 ", await peer.GetAsync("/who"), StringComparison.Ordinal);
    }

    private static async Task AssertServesAsync(TestServer server)
    {
        await using TlsPeer peer = await TlsPeer.ConnectAsync(server.Endpoint, "localhost");
        await peer.OpenAsync();
        await peer.AssertEchoesAsync("hello");
    }

    /// <summary>Gives a handshake that is not held up more than enough time to be done.</summary>
    private static async Task AssertPlainEchoesAsync(TestServer server)
    {
        for (int i = 0; i < 20; i++)
        {
            await using RawPeer plain = await RawPeer.OpenAsync(server.Server.Endpoints[1]);
            await HostilePeerTests.AssertEchoesAsync(plain);
        }
    }

    private string Told() => Assert.Single(_log.All, static line => line.StartsWith("RawWs[46]", StringComparison.Ordinal));

    private Task<TestServer> StartAsync(Action<TlsServerOptions>? configure = null)
    {
        TlsServerOptions tls = TlsServer.Good();
        configure?.Invoke(tls);
        return TlsServer.StartAsync(tls, _clock, _log);
    }

    /// <summary>Moves the clock on until all deadlines have passed, also of what begins to wait meanwhile.</summary>
    private async Task AdvanceUntilEmptyAsync(TestServer server)
    {
        using CancellationTokenSource safetyNet = new(TlsPeer.Timeout);
        while (server.Server.ConnectionCount > 0)
        {
            safetyNet.Token.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromSeconds(11));
            await Task.Yield();
        }
    }

    /// <summary>A client that has sent its ClientHello, and keeps the server's answer to itself.</summary>
    private sealed class StalledPeer : IAsyncDisposable
    {
        private readonly HeldStream _held;
        private readonly SslStream _stream;
        private readonly Task _handshake;

        private StalledPeer(NetworkStream socket)
        {
            _held = new HeldStream(socket);
            _stream = new SslStream(_held);
            _handshake = _stream.AuthenticateAsClientAsync(TlsPeer.Options("localhost"));
        }

        public static async Task<StalledPeer> ConnectAsync(TestServer server)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Parse(server.Endpoint.Host), server.Endpoint.Port);
            StalledPeer peer = new(new NetworkStream(socket, ownsSocket: true));
            await peer._held.Held.WaitAsync(TlsPeer.Timeout);
            return peer;
        }

        /// <summary>Goes on after all.</summary>
        public async Task AssertEchoesAsync()
        {
            _held.Release();
            await _handshake.WaitAsync(TlsPeer.Timeout);
            await _stream.WriteAsync("GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray()).AsTask().WaitAsync(TlsPeer.Timeout);
            using StreamReader reader = new(_stream);
            Assert.EndsWith("True nobody", await reader.ReadToEndAsync().WaitAsync(TlsPeer.Timeout), StringComparison.Ordinal);
        }

        public async ValueTask DisposeAsync()
        {
            await _held.DisposeAsync();
            await _handshake.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _stream.DisposeAsync();
        }
    }
}
