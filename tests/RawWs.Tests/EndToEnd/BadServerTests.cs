using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>Servers that send too much, too little, too late or too early, or go away: the client lets go of each, in time and by name.</summary>
public sealed class BadServerTests
{
    private const string Start = "HTTP/1.1 101 Switching Protocols\r\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("X: y\r\n", "endless headers")]
    [InlineData("x", "a header name that never ends")]
    [InlineData("X: y\r\nSet-Cookie: a=b\r\n", "endless cookies")]
    public async Task Head_that_never_ends_is_refused_at_the_limit(string more, string why)
    {
        WebSocketHandshakeException error = await BadServer.FailAsync<WebSocketHandshakeException>(async client =>
        {
            await client.ReadRequestAsync();
            await client.SendAsync(Start);
            await client.SendUntilEndAsync(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(more, 1000))));
        });
        Assert.False(string.IsNullOrEmpty(error.Message), why);
    }

    [Theory]
    [InlineData(8 * 1024 - 2, true)]
    [InlineData(8 * 1024 + 1, false)]
    public Task Line_may_be_8_KiB(int length, bool isGood) => AnswerWithAsync($"X: {new string('y', length - 3)}\r\n", isGood, "line");

    [Theory]
    [InlineData(61, true)]
    [InlineData(62, false)]
    public Task Header_fields_may_be_64(int more, bool isGood) => AnswerWithAsync(string.Concat(Enumerable.Repeat("X: y\r\n", more)), isGood, "too many");

    [Theory]
    [InlineData(15, true)]
    [InlineData(17, false)]
    public Task Head_may_be_16_KiB(int kib, bool isGood) => AnswerWithAsync(string.Concat(Enumerable.Repeat($"X: {new string('y', 1024 - 5)}\r\n", kib)), isGood, "head");

    [Fact]
    public async Task Interim_answers_that_never_end_are_refused()
    {
        WebSocketHandshakeException error = await BadServer.FailAsync<WebSocketHandshakeException>(async client =>
        {
            await client.ReadRequestAsync();
            await client.SendUntilEndAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
        });
        BadServer.AssertNames("9110 section 15.2", error);
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("H", "one byte")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", "an interim answer")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ", "most of the answer")]
    public async Task Silence_ends_with_the_handshake_timeout(string answer, string why)
    {
        ManualClock clock = new();
        TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<TimeoutException> failing = BadServer.FailAsync<TimeoutException>(
            async client =>
            {
                await client.ReadRequestAsync();
                await client.SendAsync(answer);
                answered.SetResult();
            },
            options => options with { TimeProvider = clock, HandshakeTimeout = TimeSpan.FromSeconds(7) });
        await answered.Task.WaitAsync(Ct);

        clock.Advance(TimeSpan.FromSeconds(7) - TimeSpan.FromTicks(1));
        Assert.False(failing.IsCompleted, why);
        clock.Advance(TimeSpan.FromTicks(1));

        Assert.Contains("00:00:07", (await failing).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dripping_does_not_lengthen_the_handshake_timeout()
    {
        ManualClock clock = new();
        await BadServer.FailAsync<TimeoutException>(
            async client =>
            {
                await client.ReadRequestAsync();
                foreach (char next in Start[..10])
                {
                    await client.SendAsync(next.ToString());
                    clock.Advance(TimeSpan.FromSeconds(1));
                }
            },
            options => options with { TimeProvider = clock });
    }

    [Fact]
    public async Task Canceling_ends_the_handshake_and_the_connection()
    {
        using CancellationTokenSource cancel = new();
        LogLines log = new();
        await using ScriptedServer server = ScriptedServer.Start(async client =>
        {
            await client.ReadRequestAsync();
            await cancel.CancelAsync();
        });
        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => WebSocketClient.ConnectAsync(BadServer.Target(server), BadServer.Options(log), cancel.Token));
        Assert.Equal(cancel.Token, error.CancellationToken);
        await server.FinishAsync();
        BadServer.AssertNoSecret(error, log);
    }

    /// <summary>Ends of every kind behind each byte of an honest answer, and before the first.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task End_at_any_point_of_the_answer_is_an_IOException(bool isReset)
    {
        int length = int.MaxValue;
        for (int count = 0; count < length; count++)
        {
            await BadServer.FailAsync<IOException>(async client =>
            {
                RawRequest request = await client.ReadRequestAsync();
                string answer = ScriptedServer.Accepting(request);
                length = answer.Length;
                await client.SendAsync(answer[..count]);
                End(client, isReset);
            });
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task End_before_the_request_was_read_is_an_IOException(bool isReset) =>
        await BadServer.FailAsync<IOException>(client =>
        {
            End(client, isReset);
            return Task.CompletedTask;
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task End_behind_the_answer_ends_the_open_connection(bool isReset)
    {
        await using ScriptedServer server = ScriptedServer.Start(async client =>
        {
            await client.SendAsync(ScriptedServer.Accepting(await client.ReadRequestAsync()));
            await client.ReadFrameAsync();                              // now the client has its connection
            End(client, isReset);
        });
        await using WebSocketConnection connection = await BadServer.OpenAsync(server);
        await connection.SendAsync("hello", Ct);
        WebSocketClosedException closed = await Assert.ThrowsAsync<WebSocketClosedException>(async () => await connection.ReceiveAsync(Ct));
        Assert.Equal((WebSocketCloseInitiator.Remote, false), (closed.Result.Initiator, closed.Result.IsClean));
        await server.FinishAsync();
    }

    /// <summary>In one segment with the 101, and byte by byte.</summary>
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    public async Task Frames_right_behind_the_answer_are_received(int chop)
    {
        RawFrame[] frames =
        [
            new(RawFrame.Text, "one"u8.ToArray()),
            new(RawFrame.Ping, "early"u8.ToArray()),
            new(RawFrame.Binary, new byte[chop == 1 ? 300 : 100_000]),
            new(RawFrame.Close, RawFrame.ClosePayload(1001, "bye"u8)),
        ];
        await using ScriptedServer server = ScriptedServer.Start(async client =>
        {
            RawRequest request = await client.ReadRequestAsync();
            byte[] all = [.. Encoding.ASCII.GetBytes(ScriptedServer.Accepting(request)), .. frames.SelectMany(static frame => frame.ToBytes(isMasked: false))];
            await client.SendAsync(all, chop);
            RawFrame pong = await client.ReadFrameAsync();
            Assert.Equal((RawFrame.Pong, "early"), (pong.Opcode, Encoding.ASCII.GetString(pong.Payload.Span)));
            Assert.Equal(1001, (await client.ReadFrameAsync()).CloseCode);
            client.HalfClose();
        });

        await using WebSocketConnection connection = await BadServer.OpenAsync(server);
        Assert.Equal("one", (await connection.ReceiveAsync(Ct))?.Text);
        Assert.Equal(frames[2].Payload.Length, (await connection.ReceiveAsync(Ct))?.Payload.Length);
        Assert.Null(await connection.ReceiveAsync(Ct));
        Assert.Equal("bye", (await connection.Completion.WaitAsync(Ct)).Reason);
        await server.FinishAsync();
    }

    [Theory]
    [InlineData("81 02 68 69")]
    [InlineData("88 02 03 e8")]
    public async Task Frames_before_the_answer_are_no_answer(string frame)
    {
        WebSocketHandshakeException error = await BadServer.FailAsync<WebSocketHandshakeException>(async client =>
        {
            RawRequest request = await client.ReadRequestAsync();
            await client.SendAsync((byte[])[.. Bytes.Hex(frame), .. Encoding.ASCII.GetBytes(ScriptedServer.Accepting(request))]);
        });
        BadServer.AssertNames("9112 section 4", error);
    }

    private static void End(RawPeer client, bool isReset)
    {
        if (isReset) client.Reset();
        else client.HalfClose();
    }

    private static async Task AnswerWithAsync(string headers, bool isGood, string what)
    {
        if (isGood)
        {
            await using ScriptedServer server = ScriptedServer.Start(async client =>
            {
                await client.SendAsync(ScriptedServer.Accepting(await client.ReadRequestAsync(), headers));
                client.HalfClose();
            });
            await using WebSocketConnection connection = await BadServer.OpenAsync(server);
            return;
        }

        WebSocketHandshakeException error = await BadServer.FailAsync<WebSocketHandshakeException>(request => ScriptedServer.Accepting(request, headers));
        Assert.Contains(what, error.Message, StringComparison.OrdinalIgnoreCase);
    }
}
