using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Server;

/// <summary>What an upgrade hook registers with its token runs on threads of ours: its faults end there.</summary>
public sealed class UpgradeHookTokenTests
{
    private const int Timeout = 60_000;

    private const string Upgrade = "GET /hook HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task A_callback_that_throws_at_the_deadline_costs_its_own_request_only()
    {
        ManualClock clock = new();
        await using TestServer server = await StartAsync(clock);
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        await peer.SendAsync(System.Text.Encoding.ASCII.GetBytes(Upgrade));
        await _asked.Task.WaitAsync(Ct);
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.StartsWith("HTTP/1.1 408 ", System.Text.Encoding.ASCII.GetString(await peer.ReadToEndAsync()), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_callback_that_throws_does_not_keep_the_server_from_stopping()
    {
        TestServer server = await StartAsync(TimeProvider.System);
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        await peer.SendAsync(System.Text.Encoding.ASCII.GetBytes(Upgrade));
        await _asked.Task.WaitAsync(Ct);
        await server.Server.StopAsync(ct: Ct);
        Assert.Equal(0, server.Server.ConnectionCount);
        await server.DisposeAsync();
    }

    private Task<TestServer> StartAsync(TimeProvider clock) => TestServer.StartAsync(
        server => server.Map("/hook", TestServer.EchoAsync, options => options with
        {
            OnUpgrade = async (_, ct) =>
            {
                ct.Register(static () => throw new InvalidOperationException("the application's own"));
                _asked.SetResult();
                await Task.Delay(System.Threading.Timeout.Infinite, ct);
                return UpgradeDecision.Accept();
            },
        }),
        new WebSocketServerOptions { TimeProvider = clock });
}
