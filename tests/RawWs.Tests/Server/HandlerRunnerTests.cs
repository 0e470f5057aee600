using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using RawWs.Server;
using RawWs.Tests.Connection;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Server;

public sealed class HandlerRunnerTests
{
    private const int HandlerFailed = 5;

    private readonly ListLogger _log = new();
    private readonly HandlerRunner _runner;

    public HandlerRunnerTests() => _runner = new HandlerRunner(_log);

    [Fact]
    public async Task A_handler_that_returns_closes_with_1000_behind_what_it_sent()
    {
        Wire wire = new();
        _ = _runner.RunAsync(wire.Connection, static connection => connection.SendAsync("bye").AsTask());
        Assert.Equal("81 03 62 79 65 88 02 03 e8", wire.Sent());
        wire.Receive("88 02 03 e8");
        wire.HangUp();
        Assert.True((await wire.Within(wire.Connection.Completion)).IsClean);
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task A_handler_that_throws_closes_with_1011_and_is_logged_once()
    {
        Wire wire = new();
        InvalidDataException thrown = new("secret");
        await wire.Within(_runner.RunAsync(wire.Connection, _ => throw thrown));
        RawFrame close = wire.Next();
        Assert.Equal(1011, close.CloseCode);
        Assert.Equal("The handler failed", close.CloseReason);          // what the handler knows is not the peer's business
        wire.Receive("88 02 03 f3");
        wire.HangUp();
        WebSocketCloseResult result = await wire.Within(wire.Connection.Completion);
        Assert.Equal(WebSocketCloseInitiator.Local, result.Initiator);
        Assert.Equal(WebSocketCloseStatus.InternalServerError, result.Status);
        AssertLoggedOnce(thrown);
        Assert.Contains("/test", _log.Entries.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_throws_later_closes_with_1011_too()
    {
        Wire wire = new();
        InvalidDataException thrown = new("bad");
        Task run = _runner.RunAsync(wire.Connection, async connection =>
        {
            await connection.ReceiveAsync();
            throw thrown;
        });
        wire.Receive("81 01 61 81 01 62");
        await wire.Within(run);
        Assert.Equal(1011, wire.Next().CloseCode);
        AssertLoggedOnce(thrown);
    }

    [Theory]
    [InlineData("eof")]
    [InlineData("88 02 03 e8")]
    [InlineData("c1 00")]
    public async Task An_exception_that_only_tells_the_end_of_the_connection_is_no_failure(string end)
    {
        Wire wire = new();
        Task run = _runner.RunAsync(wire.Connection, async connection =>
        {
            while (true)
            {
                await connection.ReceiveAsync();
                await connection.SendAsync("x");
            }
        });
        if (end != "eof")
            wire.Receive(end);
        wire.HangUp();
        await wire.Within(run);
        Assert.Empty(_log.Entries);
        Assert.Equal(1, wire.Transport.Disposals);
    }

    [Fact]
    public async Task A_handler_that_is_canceled_by_the_end_of_its_connection_is_no_failure()
    {
        Wire wire = new();
        Task run = _runner.RunAsync(wire.Connection, static connection => new TaskCompletionSource().Task.WaitAsync(connection.Closed));
        wire.Receive("88 02 03 e8");
        await wire.Within(run);
        Assert.Equal("88 02 03 e8", wire.Sent());
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task A_cancellation_of_its_own_is_a_failure_of_the_handler()
    {
        Wire wire = new();
        OperationCanceledException thrown = new("mine");
        await wire.Within(_runner.RunAsync(wire.Connection, _ => throw thrown));
        Assert.Equal(1011, wire.Next().CloseCode);
        AssertLoggedOnce(thrown);
    }

    [Fact]
    public async Task What_a_handler_did_not_receive_is_dropped_when_it_returns()
    {
        Wire wire = new(options: new() { ReadAhead = 1000 });
        Task run = _runner.RunAsync(wire.Connection, static connection => connection.ReceiveAsync().AsTask());
        wire.Receive("81 01 61 81 01 62 81 01 63");
        await wire.Within(run);
        Assert.Equal("88 02 03 e8", wire.Sent());
        await wire.ReceiveAsync(wire.FromPeer(new RawFrame(RawFrame.Binary, new byte[100_000])));
        wire.Receive("88 02 03 e8");
        wire.HangUp();
        Assert.True((await wire.Within(wire.Connection.Completion)).IsClean);
        Assert.Equal(1, wire.Transport.Disposals);
    }

    [Fact]
    public async Task An_endpoint_is_opened_given_the_messages_in_order_and_closed_once()
    {
        Wire wire = new();
        Journal endpoint = new();
        Task run = HandlerRunner.RunEndpointAsync(wire.Connection, endpoint);
        wire.Receive("81 01 61 82 01 62");
        wire.Receive("88 05 0f a0 62 79 65");
        wire.HangUp();
        await wire.Within(run);
        Assert.Equal(["open", "Text 61", "Binary 62", "close 4000 clean"], endpoint.Lines);
        Assert.Same(wire.Connection, endpoint.Connection);
        Assert.Empty(_log.Entries);
    }

    [Theory]
    [InlineData("eof", "close no code not clean")]
    [InlineData("reset", "close no code not clean")]
    [InlineData("abort", "close no code not clean")]
    [InlineData("local", "close 1000 clean")]
    [InlineData("c1 00", "close 1002 not clean")]
    public async Task An_endpoint_is_closed_once_however_the_connection_ends(string end, string close)
    {
        Wire wire = new();
        Journal endpoint = new();
        Task run = wire.Within(_runner.RunAsync(wire.Connection, connection => HandlerRunner.RunEndpointAsync(connection, endpoint)));
        switch (end)
        {
            case "eof":
                break;
            case "reset":
                wire.Break();
                break;
            case "abort":
                wire.Connection.Abort();
                break;
            case "local":
                _ = wire.Connection.CloseAsync();
                wire.Receive("88 02 03 e8");
                break;
            default:
                wire.Receive(end);
                break;
        }
        wire.HangUp();
        await run;
        Assert.Equal(["open", close], endpoint.Lines);
        Assert.Empty(_log.Entries);
    }

    [Theory]
    [InlineData("open")]
    [InlineData("message")]
    [InlineData("ping")]
    [InlineData("pong")]
    public async Task A_method_that_throws_reaches_OnErrorAsync_and_closes_with_1011(string method)
    {
        Wire wire = new();
        Journal endpoint = new() { FailsIn = method };
        Task run = _runner.RunAsync(wire.Connection, connection => HandlerRunner.RunEndpointAsync(connection, endpoint));
        if (method != "open")
            wire.Receive(method == "message" ? "81 01 61" : method == "ping" ? "89 01 61" : "8a 01 61");
        RawFrame close = await NextCloseAsync(wire);
        Assert.Equal(1011, close.CloseCode);
        wire.Receive("89 01 61 8a 01 61");
        wire.Receive("88 02 03 f3");
        wire.HangUp();
        await wire.Within(run);
        Assert.Equal("open", endpoint.Lines[0]);
        Assert.Equal([$"error {method}", "close 1011 clean"], endpoint.Lines.Where(static line => line[0] is 'e' or 'c'));
        Assert.Single(endpoint.Lines, static line => line.StartsWith("error", StringComparison.Ordinal));
        AssertLoggedOnce(endpoint.Thrown);
    }

    [Theory]
    [InlineData("error")]
    [InlineData("close")]
    public async Task OnCloseAsync_is_called_and_a_failure_logged_also_when_the_last_methods_throw(string method)
    {
        Wire wire = new();
        Journal endpoint = new() { FailsIn = method };
        Task run = _runner.RunAsync(wire.Connection, connection => HandlerRunner.RunEndpointAsync(connection, endpoint));
        wire.Receive("81 00");                  // the journal takes no empty message
        Assert.Equal(1011, (await NextCloseAsync(wire)).CloseCode);
        wire.Receive("88 02 03 f3");
        wire.HangUp();
        await wire.Within(run);
        Assert.Equal("close 1011 clean", endpoint.Lines[^1]);
        Assert.Equal(3, endpoint.Lines.Count);
        Assert.Single(_log.Entries);
    }

    [Fact]
    public async Task An_endpoint_sees_pings_and_pongs()
    {
        Wire wire = new();
        Journal endpoint = new();
        Task run = HandlerRunner.RunEndpointAsync(wire.Connection, endpoint);
        wire.Receive("89 01 61 8a 01 62 88 00");
        wire.HangUp();
        await wire.Within(run);
        Assert.Equal(["open", "ping 61", "pong 62", "close no code clean"], endpoint.Lines);
    }

    [Fact]
    public async Task The_messages_of_an_endpoint_come_one_at_a_time_and_their_memory_stays()
    {
        Wire wire = new();
        Slow endpoint = new();
        Task run = HandlerRunner.RunEndpointAsync(wire.Connection, endpoint);
        wire.Receive("82 02 01 01 82 02 02 02 82 02 03 03");
        Assert.Equal(["01 01"], endpoint.Begun);
        for (int i = 1; i <= 3; i++)
        {
            endpoint.GoOn();
            await wire.Until(() => endpoint.Ended.Count == i);
        }
        Assert.Equal(["01 01", "02 02", "03 03"], endpoint.Begun);
        Assert.Equal(endpoint.Begun, endpoint.Ended);
        wire.Receive("88 00");
        wire.HangUp();
        await wire.Within(run);
    }

    [Fact]
    public async Task An_endpoint_that_only_sends_may_discard_what_it_would_receive()
    {
        Wire wire = new();
        Journal endpoint = new() { Discards = true };
        Task run = _runner.RunAsync(wire.Connection, connection => HandlerRunner.RunEndpointAsync(connection, endpoint));
        wire.Receive("81 01 61");
        Assert.Equal("", wire.Sent());
        Assert.False(run.IsCompleted);
        wire.Receive("88 02 03 e8");
        wire.HangUp();
        await wire.Within(run);
        Assert.Equal(["open", "close 1000 clean"], endpoint.Lines);
        Assert.Empty(_log.Entries);
    }

    private void AssertLoggedOnce(Exception? thrown)
    {
        (LogLevel level, int id, _, Exception? error) = Assert.Single(_log.Entries);
        Assert.Equal(LogLevel.Error, level);
        Assert.Equal(HandlerFailed, id);
        Assert.Same(thrown, error);
    }

    private static async Task<RawFrame> NextCloseAsync(Wire wire)
    {
        RawFrame frame;
        do
            frame = await wire.NextAsync();
        while (frame.Opcode != RawFrame.Close);
        return frame;
    }

    /// <summary>Writes down what is called, and fails where it is told to.</summary>
    private sealed class Journal : WebSocketEndpoint
    {
        public List<string> Lines { get; } = [];

        public WebSocketConnection? Connection { get; private set; }

        public string? FailsIn { get; init; }

        public bool Discards { get; init; }

        public Exception? Thrown { get; private set; }

        public override ValueTask OnOpenAsync(WebSocketConnection connection)
        {
            Connection = connection;
            if (Discards)
                connection.DiscardReceives();
            return Write("open", "open");
        }

        public override ValueTask OnMessageAsync(WebSocketConnection connection, WebSocketMessage message) =>
            message.Payload.IsEmpty ? throw new InvalidDataException("empty") : Write("message", $"{message.Type} {Bytes.ToHex(message.Payload.Span)}");

        public override ValueTask OnCloseAsync(WebSocketConnection connection, WebSocketCloseResult result) =>
            Write("close", $"close {(result.Status is { } status ? (int)status : "no code")} {(result.IsClean ? "clean" : "not clean")}");

        public override ValueTask OnErrorAsync(WebSocketConnection connection, Exception exception) => Write("error", $"error {exception.Message}");

        public override void OnPing(WebSocketConnection connection, ReadOnlySpan<byte> payload) => Write("ping", $"ping {Bytes.ToHex(payload)}");

        public override void OnPong(WebSocketConnection connection, ReadOnlySpan<byte> payload) => Write("pong", $"pong {Bytes.ToHex(payload)}");

        private ValueTask Write(string method, string line)
        {
            Lines.Add(line);
            if (FailsIn != method)
                return default;
            InvalidDataException thrown = new(method);
            Thrown = thrown;
            throw thrown;
        }
    }

    private sealed class Slow : WebSocketEndpoint
    {
        private TaskCompletionSource _goOn = new();

        public List<string> Begun { get; } = [];

        public List<string> Ended { get; } = [];

        public void GoOn()
        {
            TaskCompletionSource goOn = _goOn;
            _goOn = new();
            goOn.SetResult();
        }

        public override async ValueTask OnMessageAsync(WebSocketConnection connection, WebSocketMessage message)
        {
            Begun.Add(Bytes.ToHex(message.Payload.Span));
            await _goOn.Task;
            Ended.Add(Bytes.ToHex(message.Payload.Span));
        }
    }
}
