using System.Net.WebSockets;
using System.Text.Json;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>Our client against servers that nobody here wrote, both compressing, plain and over TLS.</summary>
public sealed class DeflatePeerServerTests(PeerServers servers) : IClassFixture<PeerServers>
{
    private const string Server = "server_no_context_takeover", Client = "client_no_context_takeover";

    private static readonly WebSocketClientOptions Options = new()
    {
        MaxMessageBytes = 4 * 1024 * 1024,
        Proxy = WebSocketProxy.None,
        Tls = new TlsClientOptions { TrustedRoots = TestCertificates.Roots },
        Compression = new(),
    };

    /// <summary>What our client offers, what the server wants, and the parameters that both must have found.</summary>
    private static readonly (bool ServerTakeover, bool ClientTakeover, int WindowBits, string Wish, string[] Agreed)[] Agreements =
    [
        (false, false, 15, "{}", [Server, Client]),
        (true, true, 15, "{}", []),
        (true, false, 15, "{}", [Client]),
        (false, true, 15, "{}", [Server]),
        (false, false, 9, "{}", [Server, Client, "server_max_window_bits=9", "client_max_window_bits=9"]),
        (true, true, 10, "{}", ["server_max_window_bits=10", "client_max_window_bits=10"]),
        (true, true, 15, """{"server_no_context_takeover":true}""", [Server]),
        (true, true, 15, """{"client_no_context_takeover":true}""", [Client]),
        (true, true, 15, """{"server_max_window_bits":9}""", ["server_max_window_bits=9"]),
        (true, true, 15, """{"client_max_window_bits":9}""", ["client_max_window_bits=9"]),
        (false, false, 15, """{"client_max_window_bits":12,"server_max_window_bits":11}""", [Server, Client, "client_max_window_bits=12", "server_max_window_bits=11"]),
    ];

    /// <summary>Kestrel knows no wish for the client's side.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string, int>> Rows =>
        from peer in (string[])[PeerServers.Node, PeerServers.Python, PeerServers.Kestrel]
        from row in Enumerable.Range(0, Agreements.Length)
        where peer != PeerServers.Kestrel || !Agreements[row].Wish.Contains("client_", StringComparison.Ordinal)
        from scheme in row < 2 ? (string[])["ws", "wss"] : ["ws"]
        from path in row < 2 ? (string[])["/echo", "/fragments"] : ["/echo"]
        where peer != PeerServers.Kestrel || path == "/echo"
        select new TheoryDataRow<string, string, string, int>(peer, scheme, path, row);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Rows))]
    public async Task Messages_come_back(string peer, string scheme, string path, int row)
    {
        (bool serverTakeover, bool clientTakeover, int windowBits, string wish, string[] agreed) = Agreements[row];
        await using WebSocketConnection connection = await ConnectAsync(
            peer, scheme, path, new() { ServerTakeover = serverTakeover, ClientTakeover = clientTakeover, WindowBits = windowBits }, wish);
        string[] found = connection.Extensions!.Split(';', StringSplitOptions.TrimEntries);
        Assert.Equal("permessage-deflate", found[0]);
        Assert.Equal(agreed.Order(), found[1..].Where(static parameter => parameter != "client_max_window_bits=15").Order()); // which Kestrel says in words

        foreach ((WebSocketMessageType type, byte[] payload) in DeflateMessages.All)
        {
            Task sending = connection.SendAsync(payload, type, Ct).AsTask();
            await AssertNextAsync(connection, type, payload);
            await sending;
            using MemoryStream source = new(payload);                   // the same again, in fragments
            sending = connection.SendStreamAsync(source, type, Ct).AsTask();
            await AssertNextAsync(connection, type, payload);
            await sending;
        }

        CompressionStatistics seen = connection.Compression!.Value;
        DeflateMessages.AssertUsed(seen.SentBytes, seen.SentCompressedBytes, seen.ReceivedBytes, seen.ReceivedCompressedBytes);
        Assert.True((await connection.CloseAsync(ct: Ct)).IsClean);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(PeerServers.All), MemberType = typeof(PeerServers))]
    public async Task Messages_on_the_way_at_once_come_back_in_order(string peer, string scheme)
    {
        await Task.WhenAll(((bool[])[false, true, false, true]).Select(async takeover =>
        {
            await using WebSocketConnection connection = await ConnectAsync(peer, scheme, "/echo", new() { ServerTakeover = takeover, ClientTakeover = takeover, Threshold = 0 }, "{}");
            Task sending = Task.Run(async () =>
            {
                for (int i = 0; i < 200; i++)
                    await connection.SendAsync(JsonSerializer.Serialize(Enumerable.Range(i, 100)), Ct);
            }, Ct);
            for (int i = 0; i < 200; i++)
                Assert.Equal(JsonSerializer.Serialize(Enumerable.Range(i, 100)), (await connection.ReceiveAsync(Ct))?.Text);
            await sending;
            Assert.True((await connection.CloseAsync(ct: Ct)).IsClean);
        }));
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(PeerServers.All), MemberType = typeof(PeerServers))]
    public async Task Server_that_does_not_compress_is_talked_to_plainly(string peer, string scheme)
    {
        WebSocketClientOptions options = Options with { Compression = new() };
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(new Uri(await servers.FindAsync(peer, scheme), "/echo"), options, Ct);
        Assert.Equal(("", null), (connection.Extensions ?? "", connection.Compression));
        await connection.SendAsync(new string('x', 5000), Ct);
        Assert.Equal(new string('x', 5000), (await connection.ReceiveAsync(Ct))?.Text);
    }

    private static async Task AssertNextAsync(WebSocketConnection connection, WebSocketMessageType type, byte[] payload)
    {
        WebSocketMessage? message = await connection.ReceiveAsync(Ct);
        Assert.Equal((type, payload.Length), (message!.Value.Type, message.Value.Payload.Length));
        Assert.True(payload.AsSpan().SequenceEqual(message.Value.Payload.Span), "other bytes came back");
    }

    private async Task<WebSocketConnection> ConnectAsync(string peer, string scheme, string path, CompressionOptions compression, string wish) =>
        await WebSocketClient.ConnectAsync(
            new Uri(await servers.FindAsync(peer, scheme), path), Options with { Compression = compression, Headers = [new("X-Deflate", wish)] }, Ct);
}
