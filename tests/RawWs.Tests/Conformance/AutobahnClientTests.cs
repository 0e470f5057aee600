using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using RawWs.Connection;
using RawWs.Protocol.Framing;
using RawWs.Protocol.Handshake;
using RawWs.Tests.Support;
using RawWs.Transport;
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
        WebSocketConnection connection = await ConnectAsync(server);
        try
        {
            await TestServer.EchoAsync(connection);
        }
        catch (WebSocketClosedException e) when (e.Result.Error is WebSocketProtocolException)
        {
        }

        return await connection.Completion;
    }

    private static async Task<WebSocketConnection> ConnectAsync(Uri server)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port), TestContext.Current.CancellationToken);
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray());
        byte[] one = new byte[1];
        for (int end = 0; end < 4; end = one[0] is (byte)'\r' or (byte)'\n' ? end + 1 : 0)
            await socket.ReceiveAsync(one);
        ReadOnlySequence<byte> request = new("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        Assert.True(new RequestReader(new RequestLimits(0, 0, 0)).TryRead(ref request, out RequestHead? head));
        WebSocketConnection connection = new(
            new ProtocolConnection(new SocketConnection(socket, TimeProvider.System), Role.Client, Limits), new HttpRequest(head, null, new Dictionary<string, string>(), null), null);
        connection.Start();
        return connection;
    }
}
