using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RawWs.Benchmarks;

/// <summary>Counts what the process allocates while a client echoes messages with a server over a real socket, without and with TLS: both ends together.</summary>
internal static class ClientAllocations
{
    private const int WarmUp = 50_000;
    private const int PayloadSize = 64;

    public static async Task RunAsync(int messages)
    {
        using X509Certificate2 certificate = SelfSigned();
        WebSocketServerOptions options = new()
        {
            Listen = { "ws://127.0.0.1:0", "wss://127.0.0.1:0" },
            Tls = { Certificates = { new() { Certificate = certificate } } },
        };
        await using WebSocketServer server = new(options);
        server.Map<Echo>("/echo");
        await server.StartAsync();

        WebSocketClientOptions client = new() { Proxy = WebSocketProxy.None, Tls = new() { TrustedRoots = [certificate] } };
        Console.WriteLine($"{messages:N0} messages of {PayloadSize} bytes, echoed; bytes allocated by client and server together");
        foreach (Uri endpoint in server.Endpoints)
            foreach (int inFlight in (int[])[1, 16])
            {
                long bytes = await MeasureAsync(new Uri(endpoint, "/echo"), client, messages, inFlight);
                Console.WriteLine($"{endpoint.Scheme,-3}, {inFlight,2} in flight: {bytes,10:N0} bytes, {(double)bytes / messages:F4} for each message");
            }
        await server.StopAsync(TimeSpan.Zero);
    }

    private static async Task<long> MeasureAsync(Uri uri, WebSocketClientOptions options, int messages, int inFlight)
    {
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(uri, options);
        await EchoAsync(connection, WarmUp, inFlight);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await EchoAsync(connection, messages, inFlight);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static async Task EchoAsync(WebSocketConnection connection, int messages, int inFlight)
    {
        ReadOnlyMemory<byte> payload = new byte[PayloadSize];
        int sent = 0;
        while (sent < inFlight)
            await SendAsync();
        for (int received = 0; received < messages; received++)
        {
            if (await connection.ReceiveAsync() is null)
                throw new EndOfStreamException("The server closed the connection.");
            if (sent < messages)
                await SendAsync();
        }

        ValueTask SendAsync()
        {
            sent++;
            return connection.SendAsync(payload);
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private sealed class Echo : WebSocketEndpoint
    {
        public override ValueTask OnMessageAsync(WebSocketConnection connection, WebSocketMessage message) => connection.SendAsync(message);
    }
}
