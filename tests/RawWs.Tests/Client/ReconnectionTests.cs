using System.Net.WebSockets;
using System.Security.Authentication;
using RawWs.Client;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable xUnit1051   // nothing here waits but for what the test itself does

namespace RawWs.Tests.Client;

/// <summary>The loop that connects again.</summary>
public sealed class ReconnectionTests : IDisposable
{
    private const int Timeout = 30_000;

    private readonly ManualClock _clock = new();
    private readonly Queue<Func<WebSocketConnection>> _attempts = new();
    private readonly List<string> _retries = [];
    private readonly List<WebSocketConnection> _servers = [];
    private readonly CancellationTokenSource _stop = new();
    private int _connects;

    public void Dispose() => _stop.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task A_connection_that_ends_is_followed_by_another()
    {
        _attempts.Enqueue(Connect);
        _attempts.Enqueue(Connect);
        await using IAsyncEnumerator<WebSocketConnection> loop = Start();
        Assert.True(await loop.MoveNextAsync());
        WebSocketConnection first = loop.Current;
        await _servers[0].CloseAsync();

        Task<bool> next = loop.MoveNextAsync().AsTask();
        await WaitForTimerAsync(next);
        Assert.False(next.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await next);
        Assert.NotSame(first, loop.Current);
        Assert.True(loop.Current.IsOpen);
        Assert.Equal(["00:00:00.5000000 "], _retries);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_connection_is_closed_when_the_body_of_the_loop_is_done_with_it()
    {
        _attempts.Enqueue(Connect);
        await using IAsyncEnumerator<WebSocketConnection> loop = Start();
        await loop.MoveNextAsync();
        Task<bool> next = loop.MoveNextAsync().AsTask();
        WebSocketCloseResult result = await _servers[0].Completion;
        Assert.Equal((WebSocketCloseInitiator.Remote, true, WebSocketCloseStatus.NormalClosure), (result.Initiator, result.IsClean, result.Status));
        await WaitForTimerAsync(next);
        _stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_connection_is_closed_when_the_loop_is_left()
    {
        _attempts.Enqueue(Connect);
        IAsyncEnumerator<WebSocketConnection> loop = Start();
        await loop.MoveNextAsync();
        await loop.DisposeAsync();
        Assert.True((await _servers[0].Completion).IsClean);
        Assert.Equal(1, _connects);
    }

    [Fact(Timeout = Timeout)]
    public async Task Failures_that_pass_are_waited_out()
    {
        _attempts.Enqueue(static () => throw new IOException("refused"));
        _attempts.Enqueue(static () => throw new TimeoutException("late"));
        _attempts.Enqueue(static () => throw new WebSocketHandshakeException(503, "full", [new("Retry-After", "7")]));
        _attempts.Enqueue(Connect);
        await using IAsyncEnumerator<WebSocketConnection> loop = Start();
        Task<bool> next = loop.MoveNextAsync().AsTask();
        for (int i = 0; i < 3; i++)
        {
            await WaitForTimerAsync(next);
            Assert.Equal(i + 1, _connects);
            _clock.Advance(_clock.NextDue!.Value);
        }
        Assert.True(await next);
        Assert.Equal(["00:00:00.5000000 refused", "00:00:01 late", "00:00:09 full"], _retries);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(101)]
    [InlineData(0)]
    public async Task Refusals_that_another_attempt_would_not_mend_end_the_loop(int status)
    {
        _attempts.Enqueue(() => throw new WebSocketHandshakeException(status, "no"));
        await using IAsyncEnumerator<WebSocketConnection> loop = Start();
        Assert.Equal(status, (await Assert.ThrowsAsync<WebSocketHandshakeException>(async () => await loop.MoveNextAsync())).Status);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    public async Task Refusals_that_pass_do_not_end_the_loop(int status)
    {
        _attempts.Enqueue(() => throw new WebSocketHandshakeException(status, "not now"));
        await using IAsyncEnumerator<WebSocketConnection> loop = Start();
        Task<bool> next = loop.MoveNextAsync().AsTask();
        await WaitForTimerAsync(next);
        _stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_certificate_that_is_not_accepted_ends_the_loop()
    {
        _attempts.Enqueue(static () => throw new AuthenticationException("expired"));
        await using IAsyncEnumerator<WebSocketConnection> loop = Start();
        await Assert.ThrowsAsync<AuthenticationException>(async () => await loop.MoveNextAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_application_may_decide_what_is_tried_again()
    {
        _attempts.Enqueue(static () => throw new AuthenticationException("expired"));
        _attempts.Enqueue(static () => throw new IOException("refused"));
        await using IAsyncEnumerator<WebSocketConnection> loop = Start(static error => error is AuthenticationException);
        Task<bool> next = loop.MoveNextAsync().AsTask();
        await WaitForTimerAsync(next);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<IOException>(async () => await next);
    }

    [Fact(Timeout = Timeout)]
    public async Task Only_a_life_of_the_stable_time_makes_the_waits_short_again()
    {
        _attempts.Enqueue(static () => throw new IOException("refused"));
        _attempts.Enqueue(static () => throw new IOException("refused"));
        _attempts.Enqueue(Connect);
        _attempts.Enqueue(Connect);
        await using IAsyncEnumerator<WebSocketConnection> loop = Start();
        Task<bool> next = loop.MoveNextAsync().AsTask();
        await PassAsync(next);
        await PassAsync(next);
        await next;
        _clock.Advance(TimeSpan.FromSeconds(29));
        await EndAsync();
        next = loop.MoveNextAsync().AsTask();
        await PassAsync(next);
        await next;
        _clock.Advance(TimeSpan.FromSeconds(30));
        await EndAsync();
        next = loop.MoveNextAsync().AsTask();
        await WaitForTimerAsync(next);
        _stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        Assert.Equal(["00:00:00.5000000", "00:00:01", "00:00:02", "00:00:00.5000000"], _retries.Select(static retry => retry.Split(' ')[0]));
    }

    private async Task EndAsync()
    {
        await _servers[^1].CloseAsync();
        await Task.Yield();
    }

    private async Task PassAsync(Task next)
    {
        await WaitForTimerAsync(next);
        _clock.Advance(_clock.NextDue!.Value);
    }

    private IAsyncEnumerator<WebSocketConnection> Start(Func<Exception, bool>? shouldRetry = null)
    {
        WebSocketClientOptions options = new()
        {
            TimeProvider = _clock,
            Reconnect = new() { ShouldRetry = shouldRetry, OnRetry = (error, wait) => _retries.Add($"{wait} {error?.Message}") },
        };
        return new Reconnection(AttemptAsync, "ws://example.com/", options, static () => 0.5).RunAsync(_stop.Token).GetAsyncEnumerator();
    }

    private Task<WebSocketConnection> AttemptAsync(CancellationToken ct)
    {
        Interlocked.Increment(ref _connects);
        try
        {
            return Task.FromResult(_attempts.Dequeue()());
        }
        catch (Exception error) when (error is not InvalidOperationException)
        {
            return Task.FromException<WebSocketConnection>(error);
        }
    }

    private WebSocketConnection Connect()
    {
        (WebSocketConnection server, WebSocketConnection client) = WebSocketPair.Create();
        server.DiscardReceives();
        _servers.Add(server);
        return client;
    }

    private async Task WaitForTimerAsync(Task next)
    {
        while (_clock.ArmedTimers == 0 && !next.IsCompleted)
            await Task.Yield();
        Assert.False(next.IsCompleted, next.Exception?.ToString());
    }
}
