using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>A bare client over TLS, the framework's: it trusts the authority of the tests.</summary>
internal sealed class TlsPeer : IAsyncDisposable
{
    /// <summary>A safety net for a server that hangs.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly TcpClient _tcp;

    private TlsPeer(TcpClient tcp, SslStream stream) => (_tcp, Stream) = (tcp, stream);

    public SslStream Stream { get; }

    /// <summary>The subject of the certificate that the server showed.</summary>
    public string ServerSubject => Stream.RemoteCertificate!.Subject;

    /// <param name="server">The address of the server.</param>
    /// <param name="host">The name that is asked for, and that the certificate must have.</param>
    /// <param name="client">The certificate to show.</param>
    /// <param name="configure">Changes what is said in the handshake.</param>
    public static async Task<TlsPeer> ConnectAsync(Uri server, string host, X509Certificate2? client = null, Action<SslClientAuthenticationOptions>? configure = null)
    {
        TcpClient tcp = new() { NoDelay = true };
        await tcp.ConnectAsync(IPAddress.Parse(server.Host), server.Port);
        TlsPeer peer = new(tcp, new SslStream(tcp.GetStream()));
        try
        {
            await peer.Stream.AuthenticateAsClientAsync(Options(host, client, configure)).WaitAsync(Timeout);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    public static SslClientAuthenticationOptions Options(string host, X509Certificate2? client = null, Action<SslClientAuthenticationOptions>? configure = null)
    {
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = host,
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
            ClientCertificates = client is null ? null : [client],
        };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(TestCertificates.Roots);
        configure?.Invoke(options);
        return options;
    }

    /// <summary>Does the opening handshake for <c>/echo</c> (RFC 6455 section 4.1).</summary>
    public async Task OpenAsync()
    {
        await SendAsync($"GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {RawPeer.Key}\r\nSec-WebSocket-Version: 13\r\n\r\n");
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }
        Assert.StartsWith("HTTP/1.1 101 ", head.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Sends a text and awaits it back.</summary>
    public async Task AssertEchoesAsync(string text)
    {
        RawFrame sent = new(RawFrame.Text, Encoding.UTF8.GetBytes(text));
        await Stream.WriteAsync(sent.ToMaskedBytes()).AsTask().WaitAsync(Timeout);
        byte[] expected = [0x81, (byte)sent.Payload.Length, .. sent.Payload.Span];
        byte[] received = new byte[expected.Length];
        await ReadExactlyAsync(received);
        Assert.Equal(expected, received);
    }

    /// <summary>Asks for a page, and gives all that comes.</summary>
    public async Task<string> GetAsync(string path)
    {
        await SendAsync($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        using StreamReader reader = new(Stream, leaveOpen: true);
        return await reader.ReadToEndAsync().WaitAsync(Timeout);
    }

    public Task SendAsync(string text) => Stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask().WaitAsync(Timeout);

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        _tcp.Dispose();
    }

    private Task ReadExactlyAsync(byte[] bytes) => Stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(Timeout);
}
