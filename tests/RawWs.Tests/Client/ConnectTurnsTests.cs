using RawWs.Client;
using Xunit;

namespace RawWs.Tests.Client;

/// <summary>One connection at a time in its opening handshake (RFC 6455 section 4.1, item 2).</summary>
public sealed class ConnectTurnsTests
{
    private const int Timeout = 30_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task The_next_waits_until_the_one_before_is_done()
    {
        IDisposable first = await ConnectTurns.EnterAsync("192.0.2.1:80", Ct);
        Task<IDisposable> second = ConnectTurns.EnterAsync("192.0.2.1:80", Ct);
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
    }

    [Fact(Timeout = Timeout)]
    public async Task Other_addresses_and_ports_do_not_wait()
    {
        using IDisposable first = await ConnectTurns.EnterAsync("192.0.2.2:80", Ct);
        using IDisposable port = await ConnectTurns.EnterAsync("192.0.2.2:81", Ct);
        using IDisposable address = await ConnectTurns.EnterAsync("192.0.2.3:80", Ct);
    }

    [Fact(Timeout = Timeout)]
    public async Task Who_gives_up_waiting_does_not_hold_up_the_others()
    {
        using CancellationTokenSource cancel = new();
        IDisposable first = await ConnectTurns.EnterAsync("192.0.2.4:80", Ct);
        Task<IDisposable> second = ConnectTurns.EnterAsync("192.0.2.4:80", cancel.Token);
        Task<IDisposable> third = ConnectTurns.EnterAsync("192.0.2.4:80", Ct);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
    }

    [Fact(Timeout = Timeout)]
    public async Task Many_at_once_are_never_two_inside()
    {
        int inside = 0;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            using IDisposable turn = await ConnectTurns.EnterAsync("192.0.2.5:80", Ct);
            Assert.Equal(1, Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }));
    }
}
