using RawWs.Tests.Support;

namespace RawWs.Tests.EndToEnd;

/// <summary>Starts servers that listen both with TLS and without.</summary>
internal static class TlsServer
{
    /// <summary>A server for <c>localhost</c> whose first endpoint is <c>wss</c> and whose second is <c>ws</c>.</summary>
    /// <param name="tls">TLS; null: one good certificate.</param>
    /// <param name="clock">The server's clock; null: the system's.</param>
    /// <param name="log">Where it logs to.</param>
    public static Task<TestServer> StartAsync(TlsServerOptions? tls = null, TimeProvider? clock = null, LogLines? log = null) => TestServer.StartAsync(
        static server => server.MapHttp("/who", static request => HttpReply.Text($"{request.IsSecure} {request.ClientCertificate?.Subject ?? "nobody"}")),
        new WebSocketServerOptions
        {
            Listen = { "wss://127.0.0.1:0" },
            Tls = tls ?? Good(),
            TimeProvider = clock ?? TimeProvider.System,
            LoggerFactory = log,
        });

    public static TlsServerOptions Good() => new() { Certificates = { new TlsCertificate { Certificate = TestCertificates.Server("localhost") } } };
}
