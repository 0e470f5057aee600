using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>What the caller sees of a refusal: status, header fields, and the first 4 KiB of the body, however it is framed (RFC 9112 section 6).</summary>
public sealed class RefusalBodyTests
{
    private const string Head = "HTTP/1.1 403 Forbidden\r\nX-Why: because\r\n";
    private const int MaxBytes = 4 * 1024;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Content-Length: 2\r\n\r\nno", "no", "a length")]
    [InlineData("Content-Length: 2\r\n\r\nno and more", "no", "a length, and bytes behind it")]
    [InlineData("Content-Length: 0\r\n\r\n", "", "a length of zero")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\nno\r\n4\r\n way\r\n0\r\n\r\n", "no way", "chunks")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2;a=b\r\nno\r\n0\r\nTrailer: x\r\n\r\n", "no", "a chunk extension and a trailer")]
    public Task Body_is_the_callers_to_see(string rest, string body, string why) => AssertBodyAsync(rest, body, why, isEnded: false);

    [Theory]
    [InlineData("\r\nno", "no", "no framing")]
    [InlineData("Content-Length: 10\r\n\r\nno", "no", "less than the length")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nno", "no", "half a chunk")]
    public Task Body_may_end_with_the_connection(string rest, string body, string why) => AssertBodyAsync(rest, body, why, isEnded: true);

    [Theory]
    [InlineData("Content-Length: 1000000\r\n\r\n", "")]
    [InlineData("\r\n", "")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", "3e8\r\n")]
    public async Task Body_is_cut_at_4_KiB(string rest, string before)
    {
        WebSocketHandshakeException error = await BadServer.FailAsync<WebSocketHandshakeException>(async client =>
        {
            await client.ReadRequestAsync();
            await client.SendAsync(Head + rest);
            await client.SendUntilEndAsync(Encoding.ASCII.GetBytes($"{before}{new string('n', 1000)}{(before.Length > 0 ? "\r\n" : "")}"));
        });
        Assert.Equal(new string('n', MaxBytes), Encoding.ASCII.GetString(error.Body.Span));
    }

    [Theory]
    [InlineData("Content-Length: -1\r\n\r\nno")]
    [InlineData("Content-Length: 2\r\nContent-Length: 3\r\n\r\nno")]
    [InlineData("Content-Length: 99999999999999999999\r\n\r\nno")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\nno\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nno")]
    public async Task Bad_framing_of_a_refusal_is_still_a_refusal(string rest)
    {
        WebSocketHandshakeException error = await BadServer.FailAsync<WebSocketHandshakeException>(async client =>
        {
            await client.ReadRequestAsync();
            await client.SendAsync(Head + rest);
            client.HalfClose();
        });
        Assert.Equal(403, error.Status);
    }

    [Fact]
    public async Task Body_that_does_not_come_is_not_waited_for()
    {
        ManualClock clock = new();
        TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<WebSocketHandshakeException> failing = BadServer.FailAsync<WebSocketHandshakeException>(
            async client =>
            {
                await client.ReadRequestAsync();
                await client.SendAsync(Head + "Content-Length: 10\r\n\r\nno");
                answered.SetResult();
            },
            options => options with { TimeProvider = clock });
        await answered.Task.WaitAsync(Ct);
        using CancellationTokenSource safetyNet = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        safetyNet.CancelAfter(TimeSpan.FromSeconds(30));
        while (!failing.IsCompleted)
        {
            safetyNet.Token.ThrowIfCancellationRequested();
            if (clock.NextDue <= TimeSpan.FromSeconds(1)) clock.Advance(TimeSpan.FromSeconds(1));      // once the wait for the body has begun
            await Task.Yield();
        }

        Assert.Equal("no", Encoding.ASCII.GetString((await failing).Body.Span));
    }

    private static async Task AssertBodyAsync(string rest, string body, string why, bool isEnded)
    {
        WebSocketHandshakeException error = await BadServer.FailAsync<WebSocketHandshakeException>(async client =>
        {
            await client.ReadRequestAsync();
            await client.SendAsync(Head + rest);
            if (isEnded) client.HalfClose();
        });
        Assert.True(body == Encoding.ASCII.GetString(error.Body.Span), why);
        Assert.Equal(403, error.Status);
        Assert.Contains(error.Headers, static header => header is { Key: "X-Why", Value: "because" });
    }
}
