using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RawWs.Tests.Server.Certificates;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

public sealed class TlsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_framework_s_client_speaks_with_a_wss_address()
    {
        await using TestServer server = await TlsServer.StartAsync();
        using ClientWebSocket client = new();
        client.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=localhost";

        Assert.Equal("wss", server.Endpoint.Scheme);
        await client.ConnectAsync(new Uri(server.Endpoint, "/echo"), Ct);
        foreach (int length in (int[])[1, 20_000, 1_000_000])
        {
            byte[] message = Encoding.ASCII.GetBytes(new string('x', length)), echo = new byte[length];
            await client.SendAsync(message.AsMemory(), WebSocketMessageType.Text, true, Ct);
            int count = 0;
            while (count < length)
                count += (await client.ReceiveAsync(echo.AsMemory(count), Ct)).Count;
            Assert.Equal(message, echo);
        }
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Ct);

        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
        await server.WaitForConnectionsAsync(0);
    }

    [Fact]
    public async Task A_request_knows_whether_it_came_over_TLS()
    {
        await using TestServer server = await TlsServer.StartAsync();
        await using TlsPeer secure = await TlsPeer.ConnectAsync(server.Endpoint, "localhost");
        await using RawPeer plain = await RawPeer.ConnectAsync(server.Server.Endpoints[1]);

        Assert.EndsWith("True nobody", await secure.GetAsync("/who"), StringComparison.Ordinal);
        await plain.SendAsync("GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal("False nobody", Encoding.ASCII.GetString((await plain.ReadResponseAsync()).Body));
    }

    [Theory]
    [InlineData("www.example.com", "CN=www.example.com")]
    [InlineData("WWW.example.com", "CN=www.example.com")]
    [InlineData("b.example.com", "CN=*.example.com")]
    [InlineData("xn--bcher-kva.example", "CN=xn--bcher-kva.example")]
    [InlineData("elsewhere.example", "CN=localhost")]
    [InlineData("127.0.0.1", "CN=localhost")]
    [InlineData("", "CN=localhost")]
    public async Task The_certificate_is_the_one_for_the_name_that_is_asked_for(string name, string expected) // RFC 6066 section 3
    {
        TlsServerOptions tls = TlsServer.Good();
        foreach (string host in (string[])["*.example.com", "www.example.com", "xn--bcher-kva.example"])
            tls.Certificates.Add(new TlsCertificate { Certificate = TestCertificates.Server(host) });
        await using TestServer server = await TlsServer.StartAsync(tls);

        await using TlsPeer peer = await TlsPeer.ConnectAsync(server.Endpoint, name, configure: static options => options.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null);

        Assert.Equal(expected, peer.ServerSubject);
    }

    [Fact]
    public async Task The_application_protocol_is_HTTP_1_1_and_no_other() // RFC 7301 section 3.2
    {
        LogLines log = new();
        await using TestServer server = await TlsServer.StartAsync(log: log);

        await using TlsPeer peer = await TlsPeer.ConnectAsync(server.Endpoint, "localhost", configure: static options => options.ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]);
        Assert.Equal(SslApplicationProtocol.Http11, peer.Stream.NegotiatedApplicationProtocol);
        await Assert.ThrowsAsync<AuthenticationException>(() => TlsPeer.ConnectAsync(server.Endpoint, "localhost", configure: static options => options.ApplicationProtocols = [SslApplicationProtocol.Http2]));

        await peer.DisposeAsync();
        await server.WaitForConnectionsAsync(0);
        Assert.Contains("no application protocol", Assert.Single(log.All, static line => line.StartsWith("RawWs[46]", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Intermediates_are_sent_along()
    {
        using X509Certificate2 intermediate = CertificateFolder.MakeIntermediate();
        using X509Certificate2 leaf = CertificateFolder.Issue(intermediate, "localhost");
        using CertificateFolder folder = new();
        await using TestServer server = await TlsServer.StartAsync(new TlsServerOptions
        {
            Certificates = { new TlsCertificate { CertificateFile = folder.Write("chain.pem", leaf.ExportCertificatePem(), intermediate.ExportCertificatePem(), CertificateFolder.KeyOf(leaf)) } },
        });

        await using TlsPeer peer = await TlsPeer.ConnectAsync(server.Endpoint, "localhost"); // it knows the root only

        await peer.OpenAsync();
        await peer.AssertEchoesAsync("hello");
    }

    [Fact]
    public async Task A_client_that_comes_again_is_served_again()
    {
        await using TestServer server = await TlsServer.StartAsync();
        for (int i = 0; i < 3; i++)
        {
            await using TlsPeer peer = await TlsPeer.ConnectAsync(server.Endpoint, "localhost");
            await peer.OpenAsync();
            await peer.AssertEchoesAsync("hello");
        }
    }
}
