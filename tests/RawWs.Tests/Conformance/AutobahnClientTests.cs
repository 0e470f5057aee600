using System.Net.WebSockets;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Conformance;

/// <summary>Our client, as an echo client, against a fuzzing server that plays the cases of the published Autobahn suite, by its strict verdicts.</summary>
public sealed class AutobahnClientTests
{
    private static readonly WebSocketClientOptions Limits = new() { MaxMessageBytes = 32 * 1024 * 1024, MaxFragments = 0 };

    public static IEnumerable<TheoryDataRow<string>> Numbers =>
        AutobahnSuite.Cases.Select(row => new TheoryDataRow<string>(row.Number) { TestDisplayName = $"Autobahn {row.Number}, client", Label = "" });

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Client_gives_the_strict_answer(string number)
    {
        AutobahnCase row = AutobahnSuite.Cases.Single(row => row.Number == number);
        await using ScriptedServer server = ScriptedServer.Start(async client =>
        {
            await client.SendAsync(ScriptedServer.Accepting(await client.ReadRequestAsync()));
            await new AutobahnFuzzer(client).PlayAsync(row);
        });

        WebSocketCloseResult result = await EchoAsync(server.Endpoint);

        await server.FinishAsync();
        AssertEnd(row.Steps.Last(), result);
    }

    [Fact]
    public void Client_plays_all_cases() => Assert.Equal(301, Numbers.Count());

    /// <summary>The application is told the same that the server was told.</summary>
    private static void AssertEnd(Step end, WebSocketCloseResult result)
    {
        if (end is Closed { Code: var code })
        {
            Assert.Equal((WebSocketCloseInitiator.Remote, true, (WebSocketCloseStatus?)code), (result.Initiator, result.IsClean, result.Status));
            return;
        }

        WebSocketProtocolException violation = Assert.IsType<WebSocketProtocolException>(result.Error);
        Assert.Equal((WebSocketCloseInitiator.Local, false, (WebSocketCloseStatus)Assert.IsType<Failed>(end).Code), (result.Initiator, result.IsClean, violation.CloseStatus));
        Assert.StartsWith("RFC 6455 section ", violation.Section, StringComparison.Ordinal);
    }

    private static async Task<WebSocketCloseResult> EchoAsync(Uri server)
    {
        WebSocketConnection connection = await WebSocketClient.ConnectAsync(server, Limits, TestContext.Current.CancellationToken);
        try
        {
            await TestServer.EchoAsync(connection);
        }
        catch (WebSocketClosedException e) when (e.Result.Error is WebSocketProtocolException)
        {
        }

        return await connection.Completion;
    }
}
