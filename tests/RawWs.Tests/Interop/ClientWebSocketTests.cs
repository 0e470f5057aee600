using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>.NET's own client against our server.</summary>
public abstract class ClientWebSocketTests(string scheme)
{
    private const int SeveralPings = 3;
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData("", WebSocketMessageType.Text)]
    [InlineData("Hello", WebSocketMessageType.Text)]
    [InlineData("\u03ba\u1f79\u03c3\u03bc\u03b5 \ud83d\ude00", WebSocketMessageType.Text)]
    [InlineData("", WebSocketMessageType.Binary)]
    [InlineData("bytes", WebSocketMessageType.Binary)]
    public async Task A_message_comes_back_with_its_type(string content, WebSocketMessageType type)
    {
        await using TestServer server = await InteropServer.StartAsync(scheme);
        using ClientWebSocket client = await ConnectAsync(server, "/echo");
        byte[] payload = Encoding.UTF8.GetBytes(content);
        await client.SendAsync(payload.AsMemory(), type, true, Ct);
        await AssertReceivedAsync(client, payload, type);
        await CloseAsync(client);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(16 * 1024 * 1024)]
    public async Task A_message_of_any_length_form_comes_back(int length)
    {
        await using TestServer server = await InteropServer.StartAsync(scheme);
        using ClientWebSocket client = await ConnectAsync(server, "/echo");
        byte[] payload = new byte[length];
        new Random(length).NextBytes(payload);
        await client.SendAsync(payload.AsMemory(), WebSocketMessageType.Binary, true, Ct);
        await AssertReceivedAsync(client, payload, WebSocketMessageType.Binary);
        await CloseAsync(client);
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task Fragments_come_back_as_one_message()
    {
        await using TestServer server = await InteropServer.StartAsync(scheme);
        using ClientWebSocket client = await ConnectAsync(server, "/echo");
        foreach (string part in (string[])["one, ", "", "two, "])
            await client.SendAsync(Encoding.UTF8.GetBytes(part).AsMemory(), WebSocketMessageType.Text, false, Ct);
        await client.SendAsync("three"u8.ToArray().AsMemory(), WebSocketMessageType.Text, true, Ct);
        await AssertReceivedAsync(client, "one, two, three"u8.ToArray(), WebSocketMessageType.Text);
        await CloseAsync(client);
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task A_fragmented_message_of_the_server_arrives_whole()
    {
        await using TestServer server = await InteropServer.StartAsync(scheme);
        using ClientWebSocket client = await ConnectAsync(server, "/stream");
        (byte[] payload, _) = await ReceiveAsync(client);
        Assert.Equal(5 * 64 * 1024, payload.Length);
        await CloseAsync(client);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData(1000, "")]
    [InlineData(1001, "going away")]
    [InlineData(4999, "a reason of one hundred and twenty-three bytes, no less and no more: the longest that a close frame has room for, see 5.5.1")]
    public async Task The_clients_close_reaches_the_handler_and_is_answered(int code, string reason)
    {
        TaskCompletionSource<WebSocketCloseResult> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await InteropServer.StartAsync(scheme, server =>
            server.Map("/watched", async connection =>
            {
                connection.DiscardReceives();
                ended.SetResult(await connection.Completion);
            }));
        using ClientWebSocket client = await ConnectAsync(server, "/watched");

        await client.CloseAsync((WebSocketCloseStatus)code, reason, Ct);

        WebSocketCloseResult result = await ended.Task.WaitAsync(Ct);
        Assert.Equal((WebSocketCloseInitiator.Remote, true, (WebSocketCloseStatus?)code, reason), (result.Initiator, result.IsClean, result.Status, result.Reason));
        Assert.Equal((WebSocketState.Closed, (WebSocketCloseStatus?)code), (client.State, client.CloseStatus));
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task The_servers_close_reaches_the_client_with_code_and_reason()
    {
        await using TestServer server = await InteropServer.StartAsync(scheme);
        using ClientWebSocket client = await ConnectAsync(server, "/close");
        await client.SendAsync("4001 enough"u8.ToArray().AsMemory(), WebSocketMessageType.Text, true, Ct);
        ValueWebSocketReceiveResult result = await client.ReceiveAsync(new byte[16].AsMemory(), Ct);
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        Assert.Equal(((WebSocketCloseStatus?)4001, "enough"), (client.CloseStatus, client.CloseStatusDescription));
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Ct);
        Assert.Equal(WebSocketState.Closed, client.State);
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task A_handler_that_fails_closes_with_1011()
    {
        await using TestServer server = await InteropServer.StartAsync(scheme);
        using ClientWebSocket client = await ConnectAsync(server, "/fail");
        await client.ReceiveAsync(new byte[16].AsMemory(), Ct);
        Assert.Equal(WebSocketCloseStatus.InternalServerError, client.CloseStatus);
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task A_receive_that_the_client_cancels_ends_the_connection_and_no_other()
    {
        WebSocketCloseResult result = await EndBesideAnotherAsync(static async client =>
        {
            using CancellationTokenSource cancel = new();
            ValueTask<ValueWebSocketReceiveResult> receive = client.ReceiveAsync(new byte[16].AsMemory(), cancel.Token);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(receive.AsTask);
        });
        Assert.False(result.IsClean);
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task An_abort_of_the_client_ends_the_connection_and_no_other()
    {
        WebSocketCloseResult result = await EndBesideAnotherAsync(static client =>
        {
            client.Abort();
            return Task.CompletedTask;
        });
        Assert.Equal((WebSocketCloseInitiator.Remote, false), (result.Initiator, result.IsClean));
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task An_abort_of_the_server_ends_the_clients_receive()
    {
        await using TestServer server = await InteropServer.StartAsync(scheme, static server => server.Map("/abort", static connection =>
        {
            connection.Abort();
            return Task.CompletedTask;
        }));
        using ClientWebSocket client = await ConnectAsync(server, "/abort");
        await Assert.ThrowsAsync<WebSocketException>(async () => await client.ReceiveAsync(new byte[16].AsMemory(), Ct));
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task The_first_subprotocol_of_the_route_that_the_client_offers_is_chosen()
    {
        await using TestServer server = await InteropServer.StartAsync(scheme);
        using ClientWebSocket client = await ConnectAsync(server, "/subprotocol", static options =>
        {
            options.AddSubProtocol("chat.v1");
            options.AddSubProtocol("chat.v2");
        });
        Assert.Equal("chat.v2", client.SubProtocol);
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task A_rejection_has_its_status()
    {
        await using TestServer server = await InteropServer.StartAsync(scheme);
        using ClientWebSocket client = new();
        client.Options.CollectHttpResponseDetails = true;
        client.Options.RemoteCertificateValidationCallback = static (_, certificate, _, errors) => IsTrusted(certificate, errors);
        await Assert.ThrowsAsync<WebSocketException>(() => client.ConnectAsync(new Uri(server.Endpoint, "/private"), Ct));
        Assert.Equal(HttpStatusCode.Unauthorized, client.HttpStatusCode);
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task The_clients_keep_alive_pings_are_answered()
    {
        Listener listener = new();
        await using TestServer server = await InteropServer.StartAsync(scheme, server => server.Map("/listen", () => listener));
        using ClientWebSocket client = await ConnectAsync(server, "/listen", static options =>
        {
            options.KeepAliveInterval = Often;
            options.KeepAliveTimeout = TimeSpan.FromMilliseconds(InteropServer.Timeout);
        });
        Task<(byte[], WebSocketMessageType)> receive = ReceiveAsync(client);
        await listener.Pinged.Task.WaitAsync(Ct);
        await client.SendAsync("still here"u8.ToArray().AsMemory(), WebSocketMessageType.Text, true, Ct);
        Assert.Equal("still here"u8.ToArray(), (await receive).Item1);
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task The_client_answers_the_servers_keep_alive_pings()
    {
        Listener listener = new();
        await using TestServer server = await InteropServer.StartAsync(scheme, server =>
            server.Map("/listen", () => listener, static options => options with { KeepAliveInterval = Often }));
        using ClientWebSocket client = await ConnectAsync(server, "/listen", static options => options.KeepAliveInterval = TimeSpan.Zero);
        Task<(byte[], WebSocketMessageType)> receive = ReceiveAsync(client);
        await listener.Ponged.Task.WaitAsync(Ct);
        await client.SendAsync("still here"u8.ToArray().AsMemory(), WebSocketMessageType.Text, true, Ct);
        Assert.Equal("still here"u8.ToArray(), (await receive).Item1);
    }

    private static async Task<ClientWebSocket> ConnectAsync(TestServer server, string path, Action<ClientWebSocketOptions>? configure = null)
    {
        ClientWebSocket client = new();
        client.Options.RemoteCertificateValidationCallback = static (_, certificate, _, errors) => IsTrusted(certificate, errors);
        configure?.Invoke(client.Options);
        await client.ConnectAsync(new Uri(server.Endpoint, path), Ct);
        return client;
    }

    /// <summary>The name is right, and the certificate leads to our authority.</summary>
    private static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null || errors != SslPolicyErrors.RemoteCertificateChainErrors) return false;
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(TestCertificates.Roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build((X509Certificate2)certificate);
    }

    private async Task<WebSocketCloseResult> EndBesideAnotherAsync(Func<ClientWebSocket, Task> end)
    {
        TaskCompletionSource<Task<WebSocketCloseResult>> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await InteropServer.StartAsync(scheme, server => server.Map("/watched", connection =>
        {
            connection.DiscardReceives();
            opened.SetResult(connection.Completion);
            return connection.Completion;
        }));
        using ClientWebSocket other = await ConnectAsync(server, "/echo");
        using ClientWebSocket client = await ConnectAsync(server, "/watched");
        Task<WebSocketCloseResult> ended = await opened.Task.WaitAsync(Ct);
        await end(client);
        WebSocketCloseResult result = await ended.WaitAsync(Ct);
        await AssertEchoesAsync(other);
        return result;
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

    private static async Task AssertReceivedAsync(ClientWebSocket client, byte[] payload, WebSocketMessageType type)
    {
        (byte[] received, WebSocketMessageType receivedType) = await ReceiveAsync(client);
        Assert.Equal(type, receivedType);
        Assert.True(payload.AsSpan().SequenceEqual(received), $"{received.Length} bytes came back, or other ones");
    }

    private static async Task AssertEchoesAsync(ClientWebSocket client)
    {
        await client.SendAsync("still there?"u8.ToArray().AsMemory(), WebSocketMessageType.Text, true, Ct);
        await AssertReceivedAsync(client, "still there?"u8.ToArray(), WebSocketMessageType.Text);
    }

    private static async Task CloseAsync(ClientWebSocket client)
    {
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Ct);
        Assert.Equal((WebSocketState.Closed, (WebSocketCloseStatus?)WebSocketCloseStatus.NormalClosure), (client.State, client.CloseStatus));
    }

    /// <summary>Sends each message back and tells when it has heard several pings or pongs.</summary>
    private sealed class Listener : WebSocketEndpoint
    {
        private int _pings;
        private int _pongs;

        public TaskCompletionSource Pinged { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Ponged { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ValueTask OnMessageAsync(WebSocketConnection connection, WebSocketMessage message) => connection.SendAsync(message);

        public override void OnPing(WebSocketConnection connection, ReadOnlySpan<byte> payload)
        {
            if (++_pings == SeveralPings) Pinged.SetResult();
        }

        public override void OnPong(WebSocketConnection connection, ReadOnlySpan<byte> payload)
        {
            if (++_pongs == SeveralPings) Ponged.SetResult();
        }
    }
}

/// <summary>Without encryption.</summary>
public sealed class PlainClientWebSocketTests() : ClientWebSocketTests("ws");

/// <summary>Over TLS.</summary>
public sealed class TlsClientWebSocketTests() : ClientWebSocketTests("wss");
