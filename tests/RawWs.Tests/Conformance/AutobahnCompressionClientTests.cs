using System.Net.WebSockets;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Conformance;

/// <summary>Our client, as an echo client, against sections 12 and 13 of the published Autobahn suite. In section 12 it has the defaults, in section 13 it offers all that can be asked for.</summary>
public sealed class AutobahnCompressionClientTests
{
    private static readonly WebSocketClientOptions Default = new() { Compression = new(), Proxy = WebSocketProxy.None };
    private static readonly WebSocketClientOptions Takeover = Default with { Compression = new() { ServerTakeover = true, ClientTakeover = true } };

    public static IEnumerable<TheoryDataRow<string>> Numbers =>
        AutobahnSuite.CompressionCases.Select(row => new TheoryDataRow<string>(row.Number) { TestDisplayName = $"Autobahn {row.Number}, client", Label = "" });

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Client_echoes_compressed_messages(string number)
    {
        CompressionCase row = AutobahnSuite.CompressionCases.Single(row => row.Number == number);
        bool isDefault = row.Section == 12;
        string answer = (isDefault ? new DeflateWish(NoContextTakeover: true) : row.Wishes[0]).Answer;
        await using ScriptedServer server = ScriptedServer.Start(async client =>
        {
            RawRequest request = await client.ReadRequestAsync();
            Assert.Equal(
                isDefault ? "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits" : "permessage-deflate; client_max_window_bits",
                request["Sec-WebSocket-Extensions"]);
            await client.SendAsync(ScriptedServer.Accepting(request, DeflateHandshake.Header(answer)));
            await new CompressionFuzzer(client, AgreedDeflate.Read(answer)).PlayAsync(row);
        });
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(server.Endpoint, isDefault ? Default : Takeover, Ct);

        await TestServer.EchoAsync(connection);

        await server.FinishAsync();
        WebSocketCloseResult result = await connection.Completion.WaitAsync(Ct);
        Assert.Equal((WebSocketCloseInitiator.Remote, true, (WebSocketCloseStatus?)WebSocketCloseStatus.NormalClosure), (result.Initiator, result.IsClean, result.Status));
    }
}
