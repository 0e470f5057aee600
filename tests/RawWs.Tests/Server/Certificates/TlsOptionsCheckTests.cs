using System.Net;
using System.Net.Sockets;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Server.Certificates;

public sealed class TlsOptionsCheckTests
{
    private static readonly TlsCertificate Good = new() { Certificate = TestCertificates.Server("a.example") };

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        TlsServerOptions tls = new()
        {
            MaxHandshakes = -1,
            Timeout = TimeSpan.FromDays(1000),
            ValidateClientCertificate = static (certificate, _, _) => certificate.HasPrivateKey,
            Certificates =
            {
                new(),
                Good with { CertificateFile = "a.pem" },
                new() { KeyFile = "b.key" },
                Good with { Hosts = ["a.example", "127.0.0.1", "A.EXAMPLE"] },
            },
        };

        string[] problems = (await MessageOfAsync(tls)).Split('\n')[1..];

        Assert.Equal(
            [
                "Tls.MaxHandshakes is -1: it must be at least 0.",
                "Tls.Timeout is 1000.00:00:00: it must be zero (off) or a time up to 49 days.",
                "Tls.ClientCertificates is None, so clients are asked for no certificate: set it to Allowed or Required, or leave out what is said of which to accept.",
                "Tls.Certificates[0]: set CertificateFile or Certificate.",
                "Tls.Certificates[1]: CertificateFile and Certificate are both set; leave one of them out.",
                "Tls.Certificates[2]: set CertificateFile or Certificate.",
                "Tls.Certificates[2]: KeyFile is set without CertificateFile.",
                "Tls.Certificates[3]: '127.0.0.1' is no name that a client can ask for, such as example.com or *.example.com.",
                "Tls.Certificates[3]: A.EXAMPLE has a certificate already.",
            ],
            problems);
    }

    [Fact]
    public async Task A_wss_address_needs_a_certificate() =>
        Assert.Contains("Tls.Certificates is empty: a wss:// address needs at least one.", await MessageOfAsync(new TlsServerOptions()), StringComparison.Ordinal);

    [Fact]
    public async Task A_certificate_that_cannot_be_loaded_is_named_and_nothing_listens()
    {
        int port = FreePort();
        WebSocketServerOptions options = new() { Listen = { $"ws://127.0.0.1:{port}", "wss://127.0.0.1:0" }, Tls = { Certificates = { new() { CertificateFile = "missing.pem" } } } };
        await using WebSocketServer server = new(options);

        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => server.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("Tls.Certificates[0]: missing.pem does not exist.", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Endpoints);
        using TcpListener free = new(IPAddress.Loopback, port);
        free.Start();
    }

    [Fact]
    public async Task Certificates_that_no_address_needs_are_told_and_not_loaded()
    {
        LogLines log = new();
        WebSocketServerOptions options = new() { Listen = { "ws://127.0.0.1:0" }, LoggerFactory = log, Tls = { Certificates = { new() { CertificateFile = "missing.pem" } } } };
        await using WebSocketServer server = new(options);

        await server.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["RawWs[45] TLS certificates are given and not used: no address to listen on begins with wss://"], log.All);
    }

    private static async Task<string> MessageOfAsync(TlsServerOptions tls)
    {
        await using WebSocketServer server = new(new WebSocketServerOptions { Listen = { "wss://127.0.0.1:0" }, Tls = tls });
        return (await Assert.ThrowsAsync<ArgumentException>(() => server.StartAsync(TestContext.Current.CancellationToken))).Message;
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
