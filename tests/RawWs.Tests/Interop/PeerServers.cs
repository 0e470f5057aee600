using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>Servers that nobody here wrote, each started once for all the tests that ask for it, plain or over TLS.</summary>
public sealed class PeerServers : IAsyncDisposable
{
    public const string Node = "Node ws", Python = "python websockets", Kestrel = "Kestrel";

    private readonly Lock _lock = new();
    private readonly Dictionary<(string, string), Task<int>> _ports = [];
    private readonly List<IAsyncDisposable> _servers = [];

    /// <summary>Each server with each scheme.</summary>
    public static TheoryData<string, string> All
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (string peer in (string[])[Node, Python, Kestrel])
            {
                rows.Add(peer, "ws");
                rows.Add(peer, "wss");
            }

            return rows;
        }
    }

    /// <summary>The address of a peer's server, which is running then; skips the test where the peer is not installed.</summary>
    internal async Task<Uri> FindAsync(string peer, string scheme)
    {
        X509Certificate2? certificate = scheme == "wss" ? TestCertificates.Server("localhost", "127.0.0.1") : null;
        string? program = peer switch
        {
            Node => Peers.RequireNodeWs(),
            Python => Peers.RequirePythonWebsockets(),
            _ => null,
        };
        Task<int>? port;
        lock (_lock)
        {
            if (!_ports.TryGetValue((peer, scheme), out port))
                _ports[(peer, scheme)] = port = program is null ? StartKestrelAsync(certificate) : StartScriptAsync(peer, program, certificate);
        }

        return new Uri($"{scheme}://localhost:{await port}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable server in _servers)
            await server.DisposeAsync();
    }

    private async Task<int> StartKestrelAsync(X509Certificate2? certificate)
    {
        KestrelServer server = await KestrelServer.StartAsync(certificate);
        Keep(server);
        return server.Port;
    }

    // the script prints its port when it is ready
    private async Task<int> StartScriptAsync(string peer, string program, X509Certificate2? certificate)
    {
        List<string> arguments = [Path.Combine(Peers.Scripts, peer == Node ? "node/server.js" : "python/server.py")];
        if (certificate is not null)
        {
            CertificateFiles files = new(certificate);
            Keep(files);
            arguments.AddRange([files.Certificate, files.Key]);
        }

        ChildProcess child = ChildProcess.Start(program, arguments);
        Keep(child);
        string? line = await child.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.True(line is not null, child.Errors);
        return int.Parse(line, CultureInfo.InvariantCulture);
    }

    private void Keep(IAsyncDisposable server)
    {
        lock (_lock)
            _servers.Add(server);
    }
}
