using RawWs.Server.Certificates;
using RawWs.Tests.Server.Certificates;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

public sealed class TlsReloadTests : IDisposable
{
    private const int Connections = 100;

    private readonly CertificateFolder _folder = new();
    private readonly ManualClock _clock = new();
    private readonly LogLines _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_certificate_that_is_swapped_under_live_connections_drops_none_and_the_next_handshake_sees_it()
    {
        await using TestServer server = await StartAsync("old.example");
        List<TlsPeer> peers = [];
        for (int i = 0; i < Connections; i++)
        {
            peers.Add(await TlsPeer.ConnectAsync(server.Endpoint, "old.example"));
            await peers[i].OpenAsync();
            await peers[i].AssertEchoesAsync($"before {i}");
        }

        _folder.WritePair(TestCertificates.Server("new.example"));
        _clock.Advance(CertificateWatch.Interval);
        await using TlsPeer next = await TlsPeer.ConnectAsync(server.Endpoint, "new.example");

        Assert.Equal("CN=new.example", next.ServerSubject);
        await next.OpenAsync();
        await next.AssertEchoesAsync("hello");
        for (int i = 0; i < Connections; i++)
            await peers[i].AssertEchoesAsync($"after {i}");
        Assert.Equal(Connections + 1, server.Server.ConnectionCount);
        Assert.Contains("CN=new.example, valid until 2130-01-01", Assert.Single(_log.All), StringComparison.Ordinal);
        foreach (TlsPeer peer in peers)
            await peer.DisposeAsync();
    }

    [Fact]
    public async Task A_broken_new_file_changes_nothing_and_is_told()
    {
        await using TestServer server = await StartAsync("old.example");
        await using TlsPeer live = await TlsPeer.ConnectAsync(server.Endpoint, "old.example");
        await live.OpenAsync();

        _folder.Write("server.pem", TestCertificates.Server("new.example").ExportCertificatePem(), "garbage");
        _clock.Advance(CertificateWatch.Interval * 3);
        await using TlsPeer next = await TlsPeer.ConnectAsync(server.Endpoint, "old.example");

        Assert.Equal("CN=old.example", next.ServerSubject);
        await live.AssertEchoesAsync("still here");
        string told = Assert.Single(_log.All);
        Assert.StartsWith("RawWs[42]", told, StringComparison.Ordinal);
        Assert.Contains("server.pem has no private key in it", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_looked_for_once_the_server_has_stopped()
    {
        TestServer server = await StartAsync("old.example");
        Assert.True(_clock.ArmedTimers > 0);
        await server.DisposeAsync();
        Assert.Equal(0, _clock.ArmedTimers);
    }

    private Task<TestServer> StartAsync(string name) =>
        TlsServer.StartAsync(new TlsServerOptions { Certificates = { _folder.WritePair(TestCertificates.Server(name)) } }, _clock, _log);
}
