using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>.NET's own client, which compresses, against our server.</summary>
public sealed class DeflateClientWebSocketTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>All flags, and all windows of each direction.</summary>
    public static TheoryData<string, string, bool, bool, int, int> Rows
    {
        get
        {
            TheoryData<string, string, bool, bool, int, int> rows = [];
            foreach (string path in (string[])["/deflate", "/deflate-takeover"])
            {
                foreach (bool serverTakeover in (bool[])[false, true])
                {
                    foreach (bool clientTakeover in (bool[])[false, true])
                    {
                        rows.Add("ws", path, serverTakeover, clientTakeover, 15, 15);
                        rows.Add("ws", path, serverTakeover, clientTakeover, 9, 9);
                        rows.Add("wss", path, serverTakeover, clientTakeover, 15, 15);
                    }
                }
            }

            for (int bits = 9; bits <= 15; bits++)
            {
                rows.Add("ws", "/deflate-takeover", true, true, bits, 24 - bits);
                rows.Add("ws", "/deflate-small", true, true, bits, 24 - bits);
            }

            return rows;
        }
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [MemberData(nameof(Rows))]
    public async Task Messages_come_back(string scheme, string path, bool serverTakeover, bool clientTakeover, int serverBits, int clientBits)
    {
        await using TestServer server = await InteropServer.StartAsync(scheme);
        using ClientWebSocket client = await ConnectAsync(server, path, new()
        {
            ServerContextTakeover = serverTakeover,
            ClientContextTakeover = clientTakeover,
            ServerMaxWindowBits = serverBits,
            ClientMaxWindowBits = clientBits,
        });

        foreach ((WebSocketMessageType type, byte[] payload) in DeflateMessages.All)
        {
            await Task.WhenAll(client.SendAsync(payload, type, true, Ct), AssertNextAsync(client, type, payload));
            int half = payload.Length / 2;
            await client.SendAsync(payload.AsMemory(0, half), type, false, Ct); // the same again, in fragments
            await Task.WhenAll(client.SendAsync(payload.AsMemory(half), type, true, Ct).AsTask(), AssertNextAsync(client, type, payload));
        }

        JsonNode seen = JsonNode.Parse(await AskAsync(client, DeflateRoutes.Statistics))!;
        DeflateMessages.AssertUsed(seen["sent"]!.GetValue<long>(), seen["sentCompressed"]!.GetValue<long>(), seen["received"]!.GetValue<long>(), seen["receivedCompressed"]!.GetValue<long>());
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Ct);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData("/deflate")]
    [InlineData("/deflate-takeover")]
    public async Task Fragments_of_ours_arrive_as_one_message(string path)
    {
        await using TestServer server = await InteropServer.StartAsync("ws");
        using ClientWebSocket client = await ConnectAsync(server, path, new());
        byte[] expected = Conformance.CompressionData.Json.Cut(0, 300_000);
        for (int i = 0; i < 3; i++)
            Assert.Equal(Encoding.UTF8.GetString(expected), await AskAsync(client, DeflateRoutes.Stream));
        JsonNode seen = JsonNode.Parse(await AskAsync(client, DeflateRoutes.Statistics))!;
        Assert.InRange(seen["sentCompressed"]!.GetValue<long>(), 1, 3 * expected.Length / 2);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Ct);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData("/deflate")]
    [InlineData("/deflate-takeover")]
    public async Task Many_clients_at_once_are_not_mixed_up(string path)
    {
        await using TestServer server = await InteropServer.StartAsync("ws");
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            using ClientWebSocket client = await ConnectAsync(server, path, new());
            for (int round = 0; round < 20; round++)
            {
                byte[] payload = Conformance.CompressionData.Json.Cut(i * 10_000 + round, 3000 + round);
                await client.SendAsync(payload, WebSocketMessageType.Text, true, Ct);
                await AssertNextAsync(client, WebSocketMessageType.Text, payload);
            }

            await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Ct);
        }));
    }

    private static async Task<ClientWebSocket> ConnectAsync(TestServer server, string path, WebSocketDeflateOptions deflate)
    {
        ClientWebSocket client = new();
        client.Options.DangerousDeflateOptions = deflate;
        client.Options.RemoteCertificateValidationCallback = static (_, certificate, _, errors) =>
            certificate is X509Certificate2 && (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0;
        await client.ConnectAsync(new Uri(server.Endpoint, path), Ct);
        return client;
    }

    private static async Task<string> AskAsync(ClientWebSocket client, string question)
    {
        await client.SendAsync(Encoding.UTF8.GetBytes(question), WebSocketMessageType.Text, true, Ct);
        return Encoding.UTF8.GetString((await ReceiveAsync(client)).Payload);
    }

    private static async Task AssertNextAsync(ClientWebSocket client, WebSocketMessageType type, byte[] payload)
    {
        (byte[] received, WebSocketMessageType receivedType) = await ReceiveAsync(client);
        Assert.True(receivedType != WebSocketMessageType.Close, $"closed: {client.CloseStatus} {client.CloseStatusDescription}");
        Assert.Equal((type, payload.Length), (receivedType, received.Length));
        Assert.True(payload.AsSpan().SequenceEqual(received), "other bytes came back");
    }

    private static async Task<(byte[] Payload, WebSocketMessageType Type)> ReceiveAsync(ClientWebSocket client)
    {
        using MemoryStream whole = new();
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult result = await client.ReceiveAsync(buffer.AsMemory(), Ct);
            whole.Write(buffer, 0, result.Count);
            if (result.EndOfMessage) return (whole.ToArray(), result.MessageType);
        }
    }
}
