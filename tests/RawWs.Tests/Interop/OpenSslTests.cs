using System.Globalization;
using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>The TLS of our server as <c>openssl s_client</c> sees it, with the upgrade and the frames done by hand.</summary>
public sealed class OpenSslTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData("-tls1_2", "TLSv1.2")]
    [InlineData("-tls1_3", "TLSv1.3")]
    public async Task An_echo_by_hand_ends_with_close_notify(string version, string name)
    {
        (string output, string errors, int exitCode) = await TalkAsync("localhost", [version, "-alpn", "http/1.1"]);

        Assert.Contains("ALPN protocol: http/1.1\n", output, StringComparison.Ordinal);
        Assert.Contains($"New, {name}, Cipher is ", output, StringComparison.Ordinal);
        Assert.Contains("Verification: OK\n", output, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 101 Switching Protocols\r\n", output, StringComparison.Ordinal);
        Assert.Contains($"Sec-WebSocket-Accept: {RawPeer.Accept}\r\n", output, StringComparison.Ordinal);
        Assert.Contains("\r\n\r\n\u0081\u0005Hello\u0088\u0002\u0003\u00e8", output, StringComparison.Ordinal);    // the echo and the close, unmasked
        Assert.EndsWith("closed\n", output, StringComparison.Ordinal);      // close_notify; without it s_client complains of an unexpected end
        Assert.DoesNotContain("unexpected eof", errors, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task A_client_that_offers_only_another_protocol_by_ALPN_is_turned_away()
    {
        (string output, string errors, int exitCode) = await TalkAsync("localhost", ["-alpn", "h2"]);
        Assert.Contains("no application protocol", errors, StringComparison.Ordinal);       // RFC 7301 section 3.2
        Assert.DoesNotContain("101 Switching", output, StringComparison.Ordinal);
        Assert.NotEqual(0, exitCode);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData("localhost", "CN = localhost")]
    [InlineData("other.example", "CN = other.example")]
    [InlineData("unknown.example", "CN = localhost")]
    public async Task The_certificate_is_that_of_the_name_asked_for(string name, string subject)
    {
        (string output, _, _) = await TalkAsync(name, ["-showcerts"]);
        Assert.Contains($" 0 s:{subject}\n   i:CN = RawWs Test Authority\n", output, StringComparison.Ordinal);
        Assert.Contains(TestCertificates.Server(subject[5..]).ExportCertificatePem(), output, StringComparison.Ordinal);
    }

    /// <summary>Does the opening handshake, sends the RFC's own masked Hello (RFC 6455 section 5.7) and a close, and waits for the end.</summary>
    private static async Task<(string Output, string Errors, int ExitCode)> TalkAsync(string name, string[] arguments)
    {
        string program = Peers.RequireOpenSsl();
        WebSocketServerOptions options = new() { Listen = { "wss://127.0.0.1:0" } };
        foreach (string host in (string[])["localhost", "other.example"])
            options.Tls.Certificates.Add(new TlsCertificate { Certificate = TestCertificates.Server(host) });
        await using TestServer server = await TestServer.StartAsync(options: options);
        await using CertificateFiles files = new(TestCertificates.Server("localhost"));
        string address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.Endpoint.Port}");
        await using ChildProcess client = ChildProcess.Start(
            program, ["s_client", "-connect", address, "-servername", name, "-CAfile", files.Authority, "-ign_eof", .. arguments], Encoding.Latin1);
        byte[] request = Encoding.ASCII.GetBytes(
            $"GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {RawPeer.Key}\r\nSec-WebSocket-Version: 13\r\n\r\n");
        await client.WriteAsync((byte[])[.. request, .. Bytes.Hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"), .. Bytes.Hex("88 82 37 fa 21 3d 34 12")], Ct);
        string output = await client.ReadToEndAsync(Ct);
        return (output, client.Errors, await client.EndAsync(Ct));
    }
}
