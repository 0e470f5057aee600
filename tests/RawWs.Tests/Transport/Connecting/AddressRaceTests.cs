using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using RawWs.Tests.Support;
using RawWs.Transport.Connecting;
using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Transport.Connecting;

/// <summary>The race without sockets: each attempt ends when the test says so, and time moves by hand.</summary>
public sealed class AddressRaceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Delay = AddressRace<Connected>.AttemptDelay;

    private readonly ManualClock _clock = new();
    private readonly Attempts _attempts;

    public AddressRaceTests() => _attempts = new(_clock);

    [Fact]
    public async Task The_first_attempt_alone_is_made_when_it_connects_in_time()
    {
        Task<(Connected?, IReadOnlyList<ConnectFailure>)> race = Race("fd00::1", "10.0.0.1");
        _clock.Advance(Delay - TimeSpan.FromTicks(1));

        Connected winner = _attempts.Connect("fd00::1");

        (Connected? connected, IReadOnlyList<ConnectFailure> failures) = await End(race);
        Assert.Same(winner, connected);
        Assert.Empty(failures);
        Assert.Equal(["fd00::1"], _attempts.Started);
        Assert.False(winner.IsDisposed);
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public async Task The_next_attempt_joins_after_the_delay_and_may_win()
    {
        Task<(Connected?, IReadOnlyList<ConnectFailure>)> race = Race("fd00::1", "10.0.0.1", "fd00::2");
        Assert.Equal(["fd00::1"], _attempts.Started);
        _clock.Advance(Delay);
        await _attempts.WaitFor(2);

        Connected winner = _attempts.Connect("10.0.0.1");

        (Connected? connected, IReadOnlyList<ConnectFailure> failures) = await End(race);
        Assert.Same(winner, connected);
        Assert.Empty(failures);
        Assert.Equal(["fd00::1", "10.0.0.1"], _attempts.Started);
        Assert.Equal(["fd00::1"], _attempts.Cancelled);
    }

    [Fact]
    public async Task A_failure_starts_the_next_attempt_at_once()
    {
        Task<(Connected?, IReadOnlyList<ConnectFailure>)> race = Race("fd00::1", "10.0.0.1");

        _attempts.Fail("fd00::1", SocketError.NetworkUnreachable);
        await _attempts.WaitFor(2);
        Connected winner = _attempts.Connect("10.0.0.1");

        (Connected? connected, IReadOnlyList<ConnectFailure> failures) = await End(race);
        Assert.Same(winner, connected);
        Assert.Equal("network unreachable ([fd00::1])", Assert.Single(failures).ToString());
        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero], _attempts.Times);
    }

    [Fact]
    public async Task The_failure_of_an_attempt_that_has_been_joined_already_leaves_the_last_one_its_delay()
    {
        Task<(Connected?, IReadOnlyList<ConnectFailure>)> race = Race("fd00::1", "10.0.0.1", "fd00::2");
        _clock.Advance(Delay);
        await _attempts.WaitFor(2);
        _clock.Advance(Delay / 2);
        _attempts.Fail("fd00::1", SocketError.ConnectionRefused);
        await _attempts.WaitForEnd("fd00::1");
        Assert.Equal(2, _attempts.Started.Length);
        _clock.Advance(Delay / 2);
        await _attempts.WaitFor(3);

        Connected winner = _attempts.Connect("fd00::2");

        Assert.Same(winner, (await End(race)).Winner);
        Assert.Equal([TimeSpan.Zero, Delay, 2 * Delay], _attempts.Times);
        Assert.Equal(["10.0.0.1"], _attempts.Cancelled);
    }

    [Fact]
    public async Task The_failure_of_the_last_attempt_starts_the_next_at_once_also_beside_an_older_one()
    {
        Task<(Connected?, IReadOnlyList<ConnectFailure>)> race = Race("fd00::1", "10.0.0.1", "fd00::2");
        _clock.Advance(Delay);
        await _attempts.WaitFor(2);
        _attempts.Fail("10.0.0.1", SocketError.ConnectionRefused);
        await _attempts.WaitFor(3);

        Connected winner = _attempts.Connect("fd00::1");

        Assert.Same(winner, (await End(race)).Winner);
        Assert.Equal([TimeSpan.Zero, Delay, Delay], _attempts.Times);
        Assert.Equal(["fd00::2"], _attempts.Cancelled);
    }

    [Fact]
    public async Task An_attempt_that_connects_in_the_same_moment_as_the_winner_is_closed()
    {
        Task<(Connected?, IReadOnlyList<ConnectFailure>)> race = Race("fd00::1", "10.0.0.1");
        _attempts.ConnectWhenCancelled("fd00::1");
        _clock.Advance(Delay);
        await _attempts.WaitFor(2);

        Connected winner = _attempts.Connect("10.0.0.1");

        Assert.Same(winner, (await End(race)).Winner);
        Assert.Equal([true, false], _attempts.Connections.Select(static connection => connection.IsDisposed).OrderDescending());
        Assert.False(winner.IsDisposed);
    }

    [Fact]
    public async Task All_failures_are_told_when_nobody_wins()
    {
        Task<(Connected?, IReadOnlyList<ConnectFailure>)> race = Race("10.0.0.1", "fd00::1", "10.0.0.2");
        _attempts.Fail("10.0.0.1", SocketError.ConnectionRefused);
        await _attempts.WaitFor(2);
        _attempts.Fail("fd00::1", SocketError.TimedOut);
        await _attempts.WaitFor(3);
        _attempts.Fail("10.0.0.2", SocketError.HostUnreachable);

        (Connected? winner, IReadOnlyList<ConnectFailure> failures) = await End(race);

        Assert.Null(winner);
        Assert.Equal("connection refused (10.0.0.1), no answer ([fd00::1]), host unreachable (10.0.0.2)", string.Join(", ", failures));
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public async Task Cancelling_ends_every_attempt_and_closes_one_that_connects_meanwhile()
    {
        using CancellationTokenSource cancel = new();
        Task<(Connected?, IReadOnlyList<ConnectFailure>)> race = Race(cancel.Token, "fd00::1", "10.0.0.1", "fd00::2");
        _attempts.ConnectWhenCancelled("fd00::1");
        _clock.Advance(Delay);
        await _attempts.WaitFor(2);

        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => End(race));
        Assert.Equal(["fd00::1", "10.0.0.1"], _attempts.Started);
        Assert.Equal(["10.0.0.1"], _attempts.Cancelled);
        Assert.True(Assert.Single(_attempts.Connections).IsDisposed);
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public async Task Nothing_is_tried_when_the_token_was_cancelled_before()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => End(Race(new CancellationToken(canceled: true), "fd00::1")));
        Assert.Empty(_attempts.Started);
    }

    private static Task<(Connected? Winner, IReadOnlyList<ConnectFailure> Failures)> End(Task<(Connected?, IReadOnlyList<ConnectFailure>)> race) => race.WaitAsync(Patience);

    private Task<(Connected?, IReadOnlyList<ConnectFailure>)> Race(params string[] addresses) => Race(CancellationToken.None, addresses);

    private Task<(Connected?, IReadOnlyList<ConnectFailure>)> Race(CancellationToken ct, params string[] addresses) =>
        new AddressRace<Connected>(_attempts.ConnectAsync, _clock).RunAsync([.. addresses.Select(IPAddress.Parse)], ct);

    private sealed class Connected : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class Attempts(TimeProvider clock)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, TaskCompletionSource<Connected>> _outcomes = [];
        private readonly HashSet<string> _late = [];
        private readonly List<string> _started = [];
        private readonly List<TimeSpan> _times = [];
        private readonly List<string> _cancelled = [];
        private readonly List<Connected> _connections = [];
        private readonly Dictionary<string, TaskCompletionSource> _ends = [];
        private readonly Channel<string> _starts = Channel.CreateUnbounded<string>();
        private int _seen;

        public string[] Started => Copy(_started);

        /// <summary>When each attempt began.</summary>
        public TimeSpan[] Times => Copy(_times);

        public string[] Cancelled => Copy(_cancelled);

        public Connected[] Connections => Copy(_connections);

        public async Task<Connected> ConnectAsync(IPAddress address, CancellationToken ct)
        {
            string name = address.ToString();
            TaskCompletionSource<Connected> outcome = new();
            lock (_lock)
            {
                _started.Add(name);
                _times.Add(clock.GetElapsedTime(0));
                _outcomes[name] = outcome;
                _ends[name] = new TaskCompletionSource();
            }
            _starts.Writer.TryWrite(name);
            await using CancellationTokenRegistration registration = ct.Register(() => OnCancelled(name));
            try
            {
                return await outcome.Task;
            }
            finally
            {
                _ends[name].SetResult();
            }
        }

        /// <summary>Waits until so many attempts have begun.</summary>
        public async Task WaitFor(int count)
        {
            for (; _seen < count; _seen++)
                await _starts.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        }

        public Task WaitForEnd(string address) => _ends[address].Task.WaitAsync(Patience);

        public Connected Connect(string address)
        {
            Connected connection = new();
            lock (_lock)
                _connections.Add(connection);
            _outcomes[address].SetResult(connection);
            return connection;
        }

        public void Fail(string address, SocketError error) => _outcomes[address].SetException(new SocketException((int)error));

        /// <summary>Lets an attempt connect although it was cancelled, as a socket may whose answer is there already.</summary>
        public void ConnectWhenCancelled(string address) => _late.Add(address);

        private void OnCancelled(string name)
        {
            if (_late.Contains(name))
            {
                Connect(name);
                return;
            }
            if (_outcomes[name].TrySetCanceled())
                lock (_lock)
                    _cancelled.Add(name);
        }

        private TItem[] Copy<TItem>(List<TItem> items)
        {
            lock (_lock)
                return [.. items];
        }
    }
}
