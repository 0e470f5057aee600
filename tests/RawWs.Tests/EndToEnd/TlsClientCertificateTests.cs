using System.Security.Cryptography.X509Certificates;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

public sealed class TlsClientCertificateTests : IDisposable
{
    private static readonly X509Certificate2 Alice = TestCertificates.Client("alice");

    private readonly LogLines _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task None_asks_for_none()
    {
        await using TestServer server = await TlsServer.StartAsync();
        Assert.Equal("True nobody", await WhoAsync(server, Alice));
    }

    [Fact]
    public async Task Allowed_takes_one_or_none()
    {
        await using TestServer server = await StartAsync(ClientCertificates.Allowed);
        Assert.Equal("True nobody", await WhoAsync(server, null));
        Assert.Equal("True CN=alice", await WhoAsync(server, Alice));
    }

    [Fact]
    public async Task Required_takes_a_trusted_one()
    {
        await using TestServer server = await StartAsync(ClientCertificates.Required);
        Assert.Equal("True CN=alice", await WhoAsync(server, Alice));
    }

    [Fact]
    public async Task Required_refuses_a_client_without_one()
    {
        await using TestServer server = await StartAsync(ClientCertificates.Required);
        await AssertRefusedAsync(server, null, "it showed no certificate, and one is required");
    }

    [Theory]
    [InlineData(ClientCertificates.Allowed)]
    [InlineData(ClientCertificates.Required)]
    public async Task One_that_leads_elsewhere_is_refused(ClientCertificates mode)
    {
        await using TestServer server = await StartAsync(mode);
        await AssertRefusedAsync(server, TestCertificates.SelfSignedClient("mallory"), "(CN=mallory) is not accepted: it leads to no trusted authority");
    }

    [Fact]
    public async Task A_server_s_certificate_is_not_meant_for_clients() // RFC 5280 section 4.2.1.12
    {
        await using TestServer server = await StartAsync(ClientCertificates.Required);
        await AssertRefusedAsync(server, TestCertificates.Server("localhost"), "(CN=localhost) is not accepted: it is not meant for clients");
    }

    [Fact]
    public async Task The_application_s_check_decides_instead()
    {
        await using TestServer server = await StartAsync(ClientCertificates.Required, (certificate, _, _) => certificate.Subject == "CN=mallory");
        Assert.Equal("True CN=mallory", await WhoAsync(server, TestCertificates.SelfSignedClient("mallory")));
        await AssertRefusedAsync(server, Alice, "(CN=alice) was refused by ValidateClientCertificate");
    }

    [Fact]
    public async Task A_check_that_throws_refuses_and_is_told()
    {
        await using TestServer server = await StartAsync(ClientCertificates.Required, (_, _, _) => throw new InvalidOperationException("check"));
        await AssertRefusedAsync(server, Alice, "(CN=alice) was refused by ValidateClientCertificate");
        Assert.Single(_log.All, static line => line.StartsWith("RawWs[27] The check of a client's certificate (CN=alice) failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_check_is_not_asked_where_there_is_no_certificate()
    {
        await using TestServer server = await StartAsync(ClientCertificates.Allowed, (_, _, _) => false);
        Assert.Equal("True nobody", await WhoAsync(server, null));
    }

    [Fact]
    public async Task A_resumed_session_is_judged_anew()
    {
        bool isWelcome = true;
        int judged = 0;
        await using TestServer server = await StartAsync(ClientCertificates.Required, (_, _, _) =>
        {
            judged++;
            return isWelcome;
        });
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal("True CN=alice", await WhoAsync(server, Alice));
            Assert.Equal(i, judged);
        }

        isWelcome = false;
        await AssertRefusedAsync(server, Alice, "(CN=alice) was refused by ValidateClientCertificate");
    }

    private static async Task<string> WhoAsync(TestServer server, X509Certificate2? client)
    {
        await using TlsPeer peer = await TlsPeer.ConnectAsync(server.Endpoint, "localhost", client);
        string reply = await peer.GetAsync("/who");
        return reply[(reply.LastIndexOf('\n') + 1)..];
    }

    private Task<TestServer> StartAsync(ClientCertificates mode, Func<X509Certificate2, X509Chain, System.Net.Security.SslPolicyErrors, bool>? validate = null)
    {
        TlsServerOptions tls = TlsServer.Good();
        tls.ClientCertificates = mode;
        tls.ValidateClientCertificate = validate;
        tls.TrustedClientRoots.AddRange(TestCertificates.Roots);
        return TlsServer.StartAsync(tls, log: _log);
    }

    /// <summary>In TLS 1.3 a client hears of it only after its own side of the handshake, at its first read.</summary>
    private async Task AssertRefusedAsync(TestServer server, X509Certificate2? client, string reason)
    {
        await Assert.ThrowsAnyAsync<Exception>(async () => Assert.NotEmpty(await WhoAsync(server, client)));
        await server.WaitForConnectionsAsync(0);
        Assert.EndsWith(reason, Assert.Single(_log.All, static line => line.StartsWith("RawWs[26]", StringComparison.Ordinal)), StringComparison.Ordinal);
    }
}
