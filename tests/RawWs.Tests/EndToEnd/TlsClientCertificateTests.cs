using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using RawWs.Tests.Server.Certificates;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

public sealed class TlsClientCertificateTests : IDisposable
{
    private static readonly X509Certificate2 Alice = TestCertificates.Client("alice");

    private readonly LogLines _log = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

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
        Assert.Single(_log.All, static line => line.StartsWith("RawWs[47] The check of a client's certificate (CN=alice) failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_check_is_not_asked_where_there_is_no_certificate()
    {
        await using TestServer server = await StartAsync(ClientCertificates.Allowed, (_, _, _) => false);
        Assert.Equal("True nobody", await WhoAsync(server, null));
    }

    /// <summary>The platform keeps sessions by certificate and process, not by server.</summary>
    [Fact]
    public async Task A_session_of_another_server_of_the_process_brings_no_certificate_to_one_that_asks_for_none()
    {
        X509Certificate2 certificate = TestCertificates.Server("session.example");
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        Task<TlsPeer> connect = TlsPeer.ConnectAsync(new Uri($"wss://{other.LocalEndpoint}"), "session.example", Alice);
        await using SslStream serving = new(new NetworkStream(await other.AcceptSocketAsync(Ct), ownsSocket: true));
        await serving.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
                ClientCertificateRequired = true,
                AllowRenegotiation = false,
                ApplicationProtocols = [SslApplicationProtocol.Http11],
                RemoteCertificateValidationCallback = static (_, shown, _, _) => shown is not null,
            },
            Ct);
        await using (TlsPeer peer = await connect)
        {
            await serving.WriteAsync(new byte[1], Ct);
            await peer.Stream.ReadExactlyAsync(new byte[1], Ct);                // the session's ticket comes before it
        }

        await using TestServer asksNot = await TlsServer.StartAsync(new TlsServerOptions { Certificates = { new TlsCertificate { Certificate = certificate } } });

        Assert.Equal("True nobody", await WhoAsync(asksNot, Alice, "session.example"));
    }

    [Fact]
    public async Task Intermediates_that_a_client_sends_count_each_time()
    {
        using X509Certificate2 intermediate = CertificateFolder.MakeIntermediate();
        using X509Certificate2 bob = CertificateFolder.Issue(intermediate, "bob");
        SslStreamCertificateContext chain = SslStreamCertificateContext.Create(bob, [intermediate], offline: true);
        await using TestServer server = await StartAsync(ClientCertificates.Required);
        for (int i = 0; i < 3; i++)
        {
            await using TlsPeer peer = await TlsPeer.ConnectAsync(server.Endpoint, "localhost", configure: options => options.ClientCertificateContext = chain);
            Assert.EndsWith("True CN=bob", await peer.GetAsync("/who"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Each_connection_is_judged_anew()
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

    private static async Task<string> WhoAsync(TestServer server, X509Certificate2? client, string host = "localhost")
    {
        await using TlsPeer peer = await TlsPeer.ConnectAsync(server.Endpoint, host, client);
        string reply = await peer.GetAsync("/who");
        return reply[(reply.LastIndexOf('\n') + 1)..];
    }

    private Task<TestServer> StartAsync(ClientCertificates mode, Func<X509Certificate2, X509Chain, SslPolicyErrors, bool>? validate = null)
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
        Assert.EndsWith(reason, Assert.Single(_log.All, static line => line.StartsWith("RawWs[46]", StringComparison.Ordinal)), StringComparison.Ordinal);
    }
}
