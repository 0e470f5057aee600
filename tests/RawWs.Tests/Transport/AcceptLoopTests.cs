using System.Net.Sockets;
using RawWs.Tests.Support;
using RawWs.Transport;
using Xunit;

#pragma warning disable xUnit1051   // every task here ends by itself, or is bounded

namespace RawWs.Tests.Transport;

public sealed class AcceptLoopTests : IDisposable
{
    private static readonly DescriptorHeadroom PlentyLeft = new(long.MaxValue, static () => 0);

    private readonly ManualClock _clock = new();
    private readonly Queue<SocketError?> _script = new();
    private readonly List<string> _failures = [];
    private readonly CancellationTokenSource _stop = new();
    private int _accepted;
    private int _calls;

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task Running_out_of_descriptors_pauses_twice_as_long_each_time_up_to_a_second()
    {
        for (int i = 0; i < 12; i++)
            _script.Enqueue(SocketError.TooManyOpenSockets);
        Task loop = Run();

        double[] expected = [5, 10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000, 1000];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(i + 1, _calls);                // one call, then a pause: it does not spin
            Assert.Equal(TimeSpan.FromMilliseconds(expected[i]), _clock.NextDue);
            _clock.Advance(_clock.NextDue!.Value);
        }

        Assert.Equal(12, _failures.Count);
        Assert.False(loop.IsCompleted);
        await Stop(loop);
    }

    [Fact]
    public async Task It_stops_accepting_before_the_last_descriptors_are_gone_and_goes_on_when_some_are_back()
    {
        long lowestFree = 1;
        _script.Enqueue(null);
        _script.Enqueue(null);
        Task loop = Run(new DescriptorHeadroom(ceiling: 0, () => lowestFree));     // any real socket touches this one

        Assert.Equal(1, _accepted);
        _clock.Advance(AcceptLoop.ShortestPause);
        Assert.Equal(["Pause TooManyOpenSockets", "Pause TooManyOpenSockets"], _failures);
        Assert.Equal(1, _calls);
        Assert.Equal(AcceptLoop.ShortestPause * 2, _clock.NextDue);

        lowestFree = -1;
        _clock.Advance(AcceptLoop.ShortestPause * 2);
        Assert.Equal(2, _accepted);
        await Stop(loop);
    }

    [Fact]
    public async Task A_connection_that_comes_in_makes_the_next_pause_short_again()
    {
        foreach (SocketError? step in new SocketError?[] { SocketError.TooManyOpenSockets, SocketError.TooManyOpenSockets, null, SocketError.NoBufferSpaceAvailable })
            _script.Enqueue(step);
        Task loop = Run();
        _clock.Advance(AcceptLoop.ShortestPause);
        _clock.Advance(AcceptLoop.ShortestPause * 2);

        Assert.Equal(1, _accepted);
        Assert.Equal(AcceptLoop.ShortestPause, _clock.NextDue);
        await Stop(loop);
    }

    [Fact]
    public async Task A_peer_that_went_away_is_stepped_over_at_once()
    {
        foreach (SocketError? step in new SocketError?[] { SocketError.ConnectionAborted, SocketError.ConnectionReset, null })
            _script.Enqueue(step);
        Task loop = Run();

        Assert.Equal(["Peer ConnectionAborted", "Peer ConnectionReset"], _failures);
        Assert.Equal(1, _accepted);
        Assert.Equal(0, _clock.ArmedTimers);
        await Stop(loop);
    }

    [Fact]
    public async Task A_fatal_error_ends_the_loop_without_a_fault()
    {
        _script.Enqueue(SocketError.NotSocket);

        await Run();

        Assert.Equal(["Fatal NotSocket"], _failures);
    }

    [Fact]
    public async Task A_stop_ends_a_pause()
    {
        _script.Enqueue(SocketError.TooManyOpenSockets);
        Task loop = Run();
        Assert.False(loop.IsCompleted);

        await _stop.CancelAsync();

        await loop.WaitAsync(SocketEnds.Patience);
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public async Task What_the_owner_throws_closes_that_socket_and_no_more()
    {
        _script.Enqueue(null);
        _script.Enqueue(null);
        List<SocketConnection> seen = [];
        Task loop = new AcceptLoop(
            Accept,
            connection =>
            {
                seen.Add(connection);
                throw new InvalidOperationException("The owner's fault.");
            },
            (e, kind) => _failures.Add($"{kind} {e.Message}"),
            PlentyLeft,
            _clock).RunAsync(_stop.Token);

        Assert.Equal(["Peer The owner's fault.", "Peer The owner's fault."], _failures);
        Assert.All(seen, connection => Assert.True(connection.Socket.SafeHandle.IsClosed));
        await Stop(loop);
    }

    private Task Run(DescriptorHeadroom? headroom = null) => new AcceptLoop(
        Accept,
        connection =>
        {
            _accepted++;
            connection.Abort("Not needed.");
        },
        (e, kind) => _failures.Add($"{kind} {((SocketException)e).SocketErrorCode}"),
        headroom ?? PlentyLeft,
        _clock).RunAsync(_stop.Token);

    private async ValueTask<Socket> Accept()
    {
        _calls++;
        if (!_script.TryDequeue(out SocketError? step))
            await Task.Delay(Timeout.InfiniteTimeSpan, _stop.Token).ContinueWith(_ => throw new SocketException((int)SocketError.OperationAborted), TaskScheduler.Default);
        return step is SocketError error ? throw new SocketException((int)error) : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    }

    private async Task Stop(Task loop)
    {
        await _stop.CancelAsync();
        await loop.WaitAsync(SocketEnds.Patience);
    }
}
