using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RawWs.Tests.Support;
using Xunit;
using static RawWs.Tests.EndToEnd.HostilePeerTests;

namespace RawWs.Tests.EndToEnd;

/// <summary>Peers that end, or do not end, a connection in the worst way: it is let go all the same, and nothing is left of it.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class HostileEndTests
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public async Task Half_close_without_a_close_frame_ends_the_connection()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint);

        peer.HalfClose();

        await peer.WaitForEndAsync();
        await server.WaitForConnectionsAsync(0);
    }

    [Fact]
    public async Task Peer_that_never_reads_is_let_go_after_the_send_timeout()
    {
        TaskCompletionSource<WebSocketCloseResult> ended = new();
        await using TestServer server = await TestServer.StartAsync(
            s => s.Map("/large", async connection =>
            {
                _ = connection.Completion.ContinueWith(task => ended.SetResult(task.Result), TaskScheduler.Default);
                await connection.SendAsync(new byte[64 * MiB]);
            }),
            new() { Defaults = new() { SendTimeout = TimeSpan.FromSeconds(1) } });
        await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint, "/large");

        WebSocketCloseResult result = await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal((WebSocketCloseInitiator.Local, false), (result.Initiator, result.IsClean));
        await server.WaitForConnectionsAsync(0);
    }

    [Fact]
    public async Task Close_that_is_never_answered_ends_after_the_close_timeout()
    {
        await using TestServer server = await TestServer.StartAsync(
            s => s.Map("/bye", connection => connection.CloseAsync()),
            new() { Defaults = new() { CloseTimeout = TimeSpan.FromSeconds(1) } });
        await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint, "/bye");

        Assert.Equal(1000, (await peer.ReadFrameAsync()).CloseCode);

        await peer.WaitForEndAsync();
        await server.WaitForConnectionsAsync(0);
    }

    [Fact]
    public async Task Peer_that_stays_after_a_refusal_is_let_go()
    {
        await using TestServer server = await TestServer.StartAsync(options: new() { Defaults = new() { CloseTimeout = TimeSpan.FromSeconds(1) } });
        await using RawPeer refused = await RawPeer.ConnectAsync(server.Endpoint);
        await refused.SendAsync("nonsense\r\n\r\n");
        await using RawPeer failed = await RawPeer.OpenAsync(server.Endpoint);
        await failed.SendAsync(Bytes.Hex("83 80 00000000"));

        await server.WaitForConnectionsAsync(0);
    }

    [Theory]
    [InlineData("/resets-in-open")]
    [InlineData("/resets-in-upgrade")]
    [InlineData("/resets-in-handler")]
    public async Task Reset_while_the_application_is_at_work_harms_nothing(string path)
    {
        ConcurrentQueue<string> errors = [];
        TaskCompletionSource entered = new(), gone = new();
        using ErrorCollector log = new(errors);
        await using TestServer server = await TestServer.StartAsync(
            s =>
            {
                s.Map("/resets-in-open", () => new OpenEndpoint(WaitAsync));
                s.Map("/resets-in-upgrade", TestServer.EchoAsync, options => options with
                {
                    OnUpgrade = async (_, _) =>
                    {
                        await WaitAsync();
                        return UpgradeDecision.Accept();
                    },
                });
                s.Map("/resets-in-handler", async connection =>
                {
                    await WaitAsync();
                    await TestServer.EchoAsync(connection);
                });
            },
            new() { LoggerFactory = log });
        await using RawPeer honest = await RawPeer.OpenAsync(server.Endpoint);
        await using RawPeer hostile = await RawPeer.ConnectAsync(server.Endpoint);

        await hostile.SendAsync(HandshakeRequest.Upgrade.To(path).ToString().Replace("{host}", hostile.Host, StringComparison.Ordinal));
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        hostile.Reset();
        gone.SetResult();

        await server.WaitForConnectionsAsync(1);
        await AssertEchoesAsync(honest);
        Assert.Empty(errors);

        Task WaitAsync()
        {
            entered.SetResult();
            return gone.Task;
        }
    }

    [Fact]
    public async Task Resets_in_the_middle_of_echoes_leave_no_connection_behind()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RawPeer honest = await RawPeer.OpenAsync(server.Endpoint);
        byte[] echo = new RawFrame(RawFrame.Binary, new byte[10_000]).ToMaskedBytes();
        byte[] close = new RawFrame(RawFrame.Close, RawFrame.ClosePayload(1000, default)).ToMaskedBytes();

        for (int i = 0; i < 300; i++)
        {
            await using RawPeer hostile = await RawPeer.OpenAsync(server.Endpoint);
            await hostile.SendAsync(echo);
            await hostile.SendAsync(i % 3 == 0 ? close : echo);
            hostile.Reset();
        }

        await server.WaitForConnectionsAsync(1);
        await AssertEchoesAsync(honest);
    }

    [Fact]
    public async Task Pooled_memory_never_shows_in_pongs_and_closes()
    {
        await using TestServer server = await TestServer.StartAsync();
        RawFrame filler = new(RawFrame.Binary, Enumerable.Repeat((byte)0xaa, 200_000).ToArray());

        for (int length = 0; length <= 125; length++)
        {
            await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint);
            byte[] payload = Enumerable.Repeat((byte)'p', length).ToArray();
            await peer.SendAsync(filler);
            Assert.Equal(filler.Payload.Length, (await peer.ReadFrameAsync()).Payload.Length);

            await peer.SendAsync(new RawFrame(RawFrame.Ping, payload));
            Assert.Equal(payload, (await peer.ReadFrameAsync()).Payload.ToArray());

            byte[] reason = payload[..Math.Min(length, 123)];
            await peer.SendAsync(new RawFrame(RawFrame.Close, RawFrame.ClosePayload(1000, reason)));
            Assert.DoesNotContain((byte)0xaa, await peer.ReadToEndAsync());
        }
    }

    private sealed class OpenEndpoint(Func<Task> wait) : WebSocketEndpoint
    {
        public override async ValueTask OnOpenAsync(WebSocketConnection connection)
        {
            await wait();
            await connection.SendAsync("hello");
        }
    }

    /// <summary>Collects what is logged as an error.</summary>
    private sealed class ErrorCollector(ConcurrentQueue<string> errors) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                errors.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
