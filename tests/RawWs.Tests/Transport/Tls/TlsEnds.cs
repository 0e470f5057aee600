using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using RawWs.Tests.Support;
using RawWs.Transport;
using RawWs.Transport.Tls;
using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Transport.Tls;

/// <summary>A client and a server of TLS over one connection, in memory or over sockets.</summary>
internal sealed class TlsEnds : IAsyncDisposable
{
    public const string Host = "a.example";

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private TlsEnds((ITransportConnection Client, ITransportConnection Server) inner)
    {
        (InnerClient, InnerServer) = inner;
        Client = new TlsConnection(InnerClient, Pool);
        Server = new TlsConnection(InnerServer, Pool);
    }

    public CountingPool Pool { get; } = new();

    public ITransportConnection InnerClient { get; }

    public ITransportConnection InnerServer { get; }

    public TlsConnection Client { get; }

    public TlsConnection Server { get; }

    public static SslServerAuthenticationOptions ServerOptions => new()
    {
        ServerCertificate = TestCertificates.Server(Host, "127.0.0.1"),
        ApplicationProtocols = [SslApplicationProtocol.Http11],
    };

    public static TlsClientAuthentication ClientAuthentication => new(Host, TestCertificates.Roots, [], null, X509RevocationMode.NoCheck);

    /// <summary>Both ends, not authenticated yet.</summary>
    public static async Task<TlsEnds> CreateAsync(bool isOverSockets = false, PipeScheduler? scheduler = null) =>
        new(isOverSockets ? await SocketPairAsync() : MemoryConnection.CreatePair(TimeProvider.System, scheduler ?? PipeScheduler.ThreadPool));

    /// <summary>Both ends, authenticated.</summary>
    public static async Task<TlsEnds> ConnectAsync(bool isOverSockets = false, PipeScheduler? scheduler = null)
    {
        TlsEnds ends = await CreateAsync(isOverSockets, scheduler);
        await ends.AuthenticateAsync();
        return ends;
    }

    public static async Task<(ITransportConnection Client, ITransportConnection Server)> SocketPairAsync()
    {
        (Socket client, Socket server) = await ConnectedSocketsAsync();
        return (new SocketConnection(client, TimeProvider.System), new SocketConnection(server, TimeProvider.System));
    }

    public static async Task<(Socket Client, Socket Server)> ConnectedSocketsAsync()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Task<Socket> accepted = listener.AcceptAsync();
        await client.ConnectAsync(listener.LocalEndPoint!);
        return (client, await accepted);
    }

    public Task AuthenticateAsync() => Task.WhenAll(
        Server.AuthenticateAsServerAsync(ServerOptions, CancellationToken.None),
        ClientAuthentication.AuthenticateAsync(Client, CancellationToken.None)).WaitAsync(Patience);

    public static Task<T> Within<T>(ValueTask<T> call) => call.AsTask().WaitAsync(Patience);

    public static Task<T> Within<T>(Task<T> call) => call.WaitAsync(Patience);

    public static Task Within(Task call) => call.WaitAsync(Patience);

    /// <summary>Exactly so many bytes.</summary>
    public static async Task<byte[]> ReadAsync(PipeReader input, int count)
    {
        while (true)
        {
            ReadResult result = await Within(input.ReadAsync());
            if (result.Buffer.Length >= count)
            {
                byte[] bytes = result.Buffer.Slice(0, count).ToArray();
                input.AdvanceTo(result.Buffer.GetPosition(count));
                return bytes;
            }

            Assert.False(result.IsCompleted, $"the end came after {result.Buffer.Length} of {count} bytes");
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
        Assert.True(SpinWait.SpinUntil(() => Pool.Outstanding == 0, Patience), $"{Pool.Outstanding} blocks stay out");
    }
}
