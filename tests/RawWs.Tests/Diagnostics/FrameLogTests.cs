using System.IO.Pipelines;
using System.Text;
using System.Text.RegularExpressions;
using RawWs.Connection;
using RawWs.Diagnostics;
using RawWs.Protocol.Framing;
using RawWs.Tests.Support;
using RawWs.Transport;
using Xunit;

namespace RawWs.Tests.Diagnostics;

public sealed class FrameLogTests
{
    private const string Category = "RawWs.Frames";
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_whole_exchange_is_logged_under_the_connections_number()
    {
        LogLines log = new();
        long id = 0;
        await using (TestServer server = await TestServer.StartAsync(
            s => s.Map("/numbered", connection =>
            {
                id = connection.Id;
                return TestServer.EchoAsync(connection);
            }),
            new WebSocketServerOptions { LoggerFactory = log, LogFrames = true }))
        {
            await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint, "/numbered?token=SECRET");
            await peer.SendAsync(Bytes.Hex("01 83 37 fa 21 3d 7f 9f 4d"));               // "Hel"
            await peer.SendAsync(Bytes.Hex("89 81 00 00 00 00 21"));
            await peer.SendAsync(Bytes.Hex("80 82 00 00 00 00 6c 6f"));
            await peer.ReadFrameAsync();                                                // the pong
            await peer.ReadFrameAsync();                                                // the echo
            await peer.SendAsync(Bytes.Hex("88 86 00 00 00 00 03 e8 64 6f 6e 65"));
            await peer.ReadFrameAsync();                                                // the close
        }

        string[] expected =
        [
            "in:  GET /numbered?token=*** HTTP/1.1 (from 127.0.0.1:PORT, section 4.2.1)",
            "in:      Host: 127.0.0.1:PORT",
            "in:      Upgrade: websocket",
            "in:      Connection: Upgrade",
            $"in:      Sec-WebSocket-Key: {RawPeer.Key}",
            "in:      Sec-WebSocket-Version: 13",
            "out: HTTP/1.1 101 Switching Protocols (section 4.2.2)",
            "out:     Upgrade: websocket",
            "out:     Connection: Upgrade",
            $"out:     Sec-WebSocket-Accept: {RawPeer.Accept}",
            "in:  Text FIN=0 RSV=000 length=3 key=37fa213d \"Hel\" (section 5.6)",
            "in:  Ping FIN=1 RSV=000 length=1 key=00000000 \"!\" (section 5.5.2)",
            "out: Pong FIN=1 RSV=000 length=1 key=none \"!\" (section 5.5.3)",
            "in:  Continuation FIN=1 RSV=000 length=2 key=00000000 \"lo\" (section 5.4)",
            "out: Text FIN=1 RSV=000 length=5 key=none \"Hello\" (section 5.6)",
            "in:  Close FIN=1 RSV=000 length=6 key=00000000 1000 NormalClosure \"done\" (section 5.5.1)",
            "out: Close FIN=1 RSV=000 length=2 key=none 1000 NormalClosure (section 5.5.1)",
        ];
        Assert.Equal(expected.Select(line => $"Connection {id} {line}"), log.Of(Category).Select(WithoutPorts));
    }

    [Fact]
    public async Task A_request_that_is_refused_is_logged_with_its_answer_and_without_the_body()
    {
        LogLines log = new();
        await using (TestServer server = await TestServer.StartAsync(options: new WebSocketServerOptions { LoggerFactory = log, LogFrames = true }))
        {
            await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
            await peer.SendAsync("GET / HTTP/1.1\r\nAuthorization : SECRET\r\n\r\n");
            Assert.Equal(400, (await peer.ReadResponseAsync()).Status);
        }
        IReadOnlyList<string> lines = [.. log.Of(Category).Select(static line => Regex.Replace(WithoutPorts(line), @"^Connection \d+ ", ""))];
        Assert.Equal(
            ["in:  GET / HTTP/1.1 (from 127.0.0.1:PORT, section 4.2.1)", "in:      Authorization: ***", "out: HTTP/1.1 400 Bad Request (section 4.2.2)"],
            lines.Take(3));
        Assert.EndsWith("Connection: close", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_frame_are_logged_with_the_rule()
    {
        LogLines log = new();
        await using (TestServer server = await TestServer.StartAsync(options: new WebSocketServerOptions { LoggerFactory = log, LogFrames = true }))
        {
            await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint);
            await peer.SendAsync(Bytes.Hex("81 05 48 65 6c 6c 6f"));
            await peer.ReadFrameAsync();
        }
        Assert.Contains(log.Of(Category), static line => line.EndsWith(
            "in:  no frame begins with 81 05 48 65 6c 6c 6f: A client must mask all its frames (RFC 6455 section 5.1)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_logs_the_key_and_the_payload_before_masking_however_a_frame_leaves()
    {
        LogLines log = new();
        (MemoryConnection ours, MemoryConnection peer) = MemoryConnection.CreatePair(TimeProvider.System, PipeScheduler.ThreadPool);
        ProtocolConnection connection = new(ours, Role.Client, new WebSocketClientOptions()) { FrameLog = new FrameLog(log.CreateLogger(Category), 7, []) };
        Task run = connection.RunAsync();
        await connection.Sender.SendAsync(Opcode.Text, "small"u8.ToArray(), CancellationToken.None);
        byte[] large = Encoding.ASCII.GetBytes(new string('x', FrameSender.DirectBytes));
        ValueTask sent = connection.Sender.SendAsync(Opcode.Text, large, CancellationToken.None);
        ValueTask queued = connection.Sender.SendAsync(Opcode.Text, "queued"u8.ToArray(), CancellationToken.None);
        connection.Sender.TrySendPing("p"u8);
        Task drain = DrainAsync(peer.Input);
        await Task.WhenAll(sent.AsTask(), queued.AsTask()).WaitAsync(SafetyNet, TestContext.Current.CancellationToken);
        connection.Abort(new IOException("The test is over."));
        await run.WaitAsync(SafetyNet, TestContext.Current.CancellationToken);
        await drain.WaitAsync(SafetyNet, TestContext.Current.CancellationToken);

        string shown = new('x', 64);
        IReadOnlyList<string> lines = log.Of(Category);
        Assert.Matches("^Connection 7 out: Text FIN=1 RSV=000 length=5 key=[0-9a-f]{8} \"small\" \\(section 5\\.6\\)$", lines[0]);
        Assert.Matches($"^Connection 7 out: Text FIN=1 RSV=000 length={large.Length} key=[0-9a-f]{{8}} \"{shown}\"\\.\\.\\. \\(section 5\\.6\\)$", lines[1]);
        Assert.Equal(4, lines.Count);
        Assert.Contains(lines, static line => line.Contains("\"queued\"", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("Ping", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Off_there_is_no_log_and_no_line()
    {
        LogLines log = new();
        TaskCompletionSource<FrameLog?> seen = new();
        await using TestServer server = await TestServer.StartAsync(
            s => s.Map("/seen", connection =>
            {
                seen.SetResult(connection.Core.FrameLog);
                return Task.CompletedTask;
            }),
            new WebSocketServerOptions { LoggerFactory = log });
        await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint, "/seen");
        Assert.Null(await seen.Task.WaitAsync(SafetyNet, TestContext.Current.CancellationToken));
        Assert.Empty(log.Of(Category));
    }

    [Fact]
    public async Task Without_a_place_to_log_to_there_is_no_log_either()
    {
        TaskCompletionSource<FrameLog?> seen = new();
        await using TestServer server = await TestServer.StartAsync(
            s => s.Map("/seen", connection =>
            {
                seen.SetResult(connection.Core.FrameLog);
                return Task.CompletedTask;
            }),
            new WebSocketServerOptions { LogFrames = true });
        await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint, "/seen");
        Assert.Null(await seen.Task.WaitAsync(SafetyNet, TestContext.Current.CancellationToken));
    }

    private static async Task DrainAsync(PipeReader input)
    {
        try
        {
            for (bool isOver = false; !isOver;)
            {
                ReadResult read = await input.ReadAsync();
                isOver = read.IsCompleted;
                input.AdvanceTo(read.Buffer.End);
            }
        }
        catch (IOException)                                             // the abort at the end
        {
        }
    }

    private static string WithoutPorts(string line) => Regex.Replace(line, @"127\.0\.0\.1:\d+", "127.0.0.1:PORT");
}
