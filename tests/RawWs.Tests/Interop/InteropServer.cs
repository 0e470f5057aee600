using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using RawWs.Tests.Support;

namespace RawWs.Tests.Interop;

/// <summary>What the peers' checks talk to; the same paths for all of them.</summary>
internal static class InteropServer
{
    /// <summary>A safety net, in milliseconds; no check waits for time to pass.</summary>
    public const int Timeout = 60_000;

    private const int MaxMessageBytes = 32 * 1024 * 1024;
    private const int Fragments = 5;

    /// <summary>What the server shows over TLS.</summary>
    public static X509Certificate2 Certificate => TestCertificates.Server("localhost", "127.0.0.1");

    /// <param name="scheme">Plain or over TLS.</param>
    /// <param name="map">Adds the paths of one test.</param>
    public static Task<TestServer> StartAsync(string scheme, Action<WebSocketServer>? map = null)
    {
        WebSocketServerOptions options = new() { Defaults = new() { MaxMessageBytes = MaxMessageBytes, MaxFragments = 100_000 } };
        if (scheme == "wss")
        {
            options.Listen.Add("wss://127.0.0.1:0");
            options.Tls.Certificates.Add(new TlsCertificate { Certificate = Certificate });
        }

        return TestServer.StartAsync(DeflateRoutes.Map + (Action<WebSocketServer>)Map + map, options);
    }

    private static void Map(WebSocketServer server)
    {
        server.Map("/close", CloseAsAskedAsync);
        server.Map("/fail", static connection => throw new InvalidOperationException("asked to fail"));
        server.Map("/ping", PingAsync);
        server.Map("/stream", StreamAsync);
        server.Map("/subprotocol", TestServer.EchoAsync, static options => options with { Subprotocols = ["chat.v2", "chat.v1"] });
        server.Map("/private", TestServer.EchoAsync, static options => options with
        {
            OnUpgrade = static (_, _) => ValueTask.FromResult(UpgradeDecision.Reject(401, "who are you?")),
        });
    }

    // a message such as "4001 enough" is the close that the peer wants to see
    private static async Task CloseAsAskedAsync(WebSocketConnection connection)
    {
        if (await connection.ReceiveAsync() is not { } wish) return;
        string[] parts = wish.Text.Split(' ', 2);
        await connection.CloseAsync((WebSocketCloseStatus)int.Parse(parts[0], CultureInfo.InvariantCulture), parts.Length > 1 ? parts[1] : "");
    }

    private static async Task PingAsync(WebSocketConnection connection)
    {
        TimeSpan roundTrip = await connection.PingAsync();
        await connection.SendAsync(roundTrip > TimeSpan.Zero ? "pong" : "no time passed");
        await LeaveItToThePeerAsync(connection);
    }

    private static async Task StreamAsync(WebSocketConnection connection)
    {
        using MemoryStream source = new(new byte[Fragments * 64 * 1024]);
        await connection.SendStreamAsync(source);
        await LeaveItToThePeerAsync(connection);
    }

    private static Task<WebSocketCloseResult> LeaveItToThePeerAsync(WebSocketConnection connection)
    {
        connection.DiscardReceives();
        return connection.Completion;
    }
}
