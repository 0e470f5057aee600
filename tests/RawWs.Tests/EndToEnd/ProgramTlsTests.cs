using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>The program with <c>Server:Tls</c>.</summary>
public sealed class ProgramTlsTests : IDisposable
{
    private const string AnyPort = "--Server:Listen:0=wss://127.0.0.1:0";
    private const string Password = "two words and SECRET";

    private readonly string _folder = Directory.CreateTempSubdirectory("rawws-tls-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_serves_wss_with_a_PEM_certificate_and_its_key()
    {
        X509Certificate2 certificate = TestCertificates.Server("127.0.0.1");
        string pem = Write("server.pem", certificate.ExportCertificatePem());
        string key = Write("server.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        using RunningProgram program = new($"{AnyPort} --Server:Tls:Certificates:0:Certificate={pem} --Server:Tls:Certificates:0:Key={key}");
        string ready = (await program.ReadLineAsync())!;
        Assert.Matches(@"^listening on wss://127\.0\.0\.1:[1-9]\d* \(sockets\)$", ready);
        using ClientWebSocket client = Client();
        await EchoAsync(client, new(ready.Split(' ')[2]));
    }

    [Fact]
    public async Task The_password_of_a_PFX_certificate_may_come_from_the_environment_and_is_never_told()
    {
        string pfx = Path.Combine(_folder, "server.pfx");
        await File.WriteAllBytesAsync(pfx, TestCertificates.Server("127.0.0.1").Export(X509ContentType.Pkcs12, Password), Ct);
        string settings = $$"""{ "Server": { "Listen": [ "wss://127.0.0.1:0" ], "Tls": { "Certificates": [ { "Certificate": "{{pfx}}" } ] } }, "Logging": { "Frames": true } }""";
        using (RunningProgram program = new("", settings, ("RAWWS_Server__Tls__Certificates__0__Password", Password)))
        {
            using ClientWebSocket client = Client();
            await EchoAsync(client, await program.ReadyAsync());
            Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
            program.SendTerminate();
            Assert.DoesNotContain("SECRET", (await program.EndAsync()).Errors, StringComparison.Ordinal);
        }
        using RunningProgram wrong = new("", settings, ("RAWWS_Server__Tls__Certificates__0__Password", "not the SECRET"));
        (int exitCode, string errors) = await wrong.EndAsync();
        Assert.Equal(2, exitCode);
        string line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"rawws: Server:Tls:Certificates:0: {pfx}", line, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_that_cannot_be_used_are_a_line_each_and_exit_code_2()
    {
        string broken = Write("broken.pem", "broken");
        using RunningProgram program = new($"{AnyPort} --Server:Tls:Certificates:0:Certificate=none.pem --Server:Tls:Certificates:4:Certificate={broken}");
        (int exitCode, string errors) = await program.EndAsync();
        Assert.Equal(2, exitCode);
        string[] lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("rawws: Server:Tls:Certificates:0: none.pem", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"rawws: Server:Tls:Certificates:4: {broken}", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Clients_certificates_must_lead_to_the_roots_of_the_file(bool isTrusted)
    {
        string pem = Write("server.pem", TestCertificates.Server("127.0.0.1").ExportCertificatePem() + "\n" + TestCertificates.Server("127.0.0.1").GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        string roots = Write("roots.pem", (isTrusted ? TestCertificates.Authority : TestCertificates.OtherAuthority).ExportCertificatePem());
        using RunningProgram program = new(
            $"{AnyPort} --Server:Tls:Certificates:0:Certificate={pem} --Server:Tls:ClientCertificates=required --Server:Tls:ClientRoots={roots}");
        Uri address = await program.ReadyAsync();
        using ClientWebSocket client = Client();
        client.Options.ClientCertificates = [TestCertificates.Client("ann")];
        if (isTrusted)
            await EchoAsync(client, address);
        else
            await Assert.ThrowsAnyAsync<WebSocketException>(() => EchoAsync(client, address));
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A client that nobody here wrote, which accepts the server's certificate only.</summary>
    private static ClientWebSocket Client()
    {
        ClientWebSocket client = new();
        client.Options.RemoteCertificateValidationCallback = static (_, certificate, _, _) =>
            certificate!.GetRawCertData().AsSpan().SequenceEqual(TestCertificates.Server("127.0.0.1").RawData);
        return client;
    }

    private static async Task EchoAsync(ClientWebSocket client, Uri address)
    {
        await client.ConnectAsync(new Uri(address, "/echo"), Ct);
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Ct);
        byte[] buffer = new byte[16];
        WebSocketReceiveResult reply = await client.ReceiveAsync(buffer, Ct);
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, reply.Count));
    }
}
