using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using RawWs.Tests.Connection;
using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Api;

/// <summary>Both ends of a pair do at random all that may be done, from several tasks at once: nothing is lost, mixed or stuck.</summary>
public sealed class RandomScheduleTests
{
    private const int Seeds = 150;
    private const int Senders = 3;
    private const int HeaderBytes = 8;
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task What_was_sent_before_a_close_arrives_in_order_and_both_ends_agree()
    {
        for (int seed = 0; seed < Seeds; seed++)
            await RunAsync(seed, CloseOneEndAsync);
    }

    [Fact]
    public async Task Whatever_is_canceled_aborted_or_closed_at_once_nothing_is_mixed_and_both_ends_come_to_an_end()
    {
        for (int seed = 0; seed < Seeds; seed++)
            await RunAsync(seed, EndSomehowAsync);
    }

    private static async Task RunAsync(int seed, Func<End, End, Random, Task> scenario)
    {
        Random random = new(seed);
        WebSocketEndpointOptions options = new()
        {
            ReadAhead = random.Next(1, 20_000),
            MaxQueuedBytes = random.Next(1, 50_000),
            KeepAliveInterval = TimeSpan.Zero,
            CloseTimeout = SafetyNet,
            SendTimeout = TimeSpan.Zero,
        };
        (WebSocketConnection server, WebSocketConnection client) = WebSocketPair.Create(options);
        try
        {
            await scenario(new End(server, random.Next()), new End(client, random.Next()), random).WaitAsync(SafetyNet);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Seed {seed} failed", error);
        }
    }

    /// <summary>One end closes when its senders are done; the other sends until it is refused.</summary>
    private static async Task CloseOneEndAsync(End one, End other, Random random)
    {
        if (random.Next(2) == 0)
            (one, other) = (other, one);
        Task[] receivers = [Task.Run(() => one.ReceiveAllAsync(mayCancel: true)), Task.Run(() => other.ReceiveAllAsync(mayCancel: true))];
        Task[] others = [.. Enumerable.Range(0, Senders).Select(i => Task.Run(() => other.SendAllAsync(i, 1000, mayCancel: false)))];
        Task pinger = Task.Run(one.PingAllAsync);
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(i => Task.Run(() => one.SendAllAsync(i, 15, mayCancel: false))));

        WebSocketCloseResult closed = await one.Connection.CloseAsync((WebSocketCloseStatus)4000, "enough");
        await Task.WhenAll([pinger, .. others, .. receivers]);
        Assert.Equal(new(WebSocketCloseInitiator.Local, IsClean: true, (WebSocketCloseStatus)4000, "enough", null), closed);
        Assert.Equal(closed with { Initiator = WebSocketCloseInitiator.Remote }, await other.Connection.Completion);
        Assert.Equal(one.Sent, other.Received);
        AssertPrefix(other.Sent, one.Received);
    }

    /// <summary>Everything at once, and at some moment one of the ways to end.</summary>
    private static async Task EndSomehowAsync(End one, End other, Random random)
    {
        Task[] tasks =
        [
            .. new[] { one, other }.SelectMany(end => Enumerable.Range(0, Senders).Select(i => Task.Run(() => end.SendAllAsync(i, 1000, mayCancel: true)))),
            .. new[] { one, other }.Select(end => Task.Run(() => end.ReceiveAllAsync(mayCancel: true))),
            Task.Run(one.PingAllAsync),
            Task.Run(other.PingAllAsync),
        ];
        for (int turns = random.Next(2000); turns > 0; turns--)
            await Task.Yield();
        switch (random.Next(4))
        {
            case 0:
                one.Connection.Abort();
                break;
            case 1:
                one.Connection.Abort();
                other.Connection.Abort();
                break;
            case 2:
                await Task.WhenAll(one.Connection.CloseAsync(), other.Connection.CloseAsync());
                break;
            default:
                Task<WebSocketCloseResult> close = one.Connection.CloseAsync();
                other.Connection.Abort();
                await close;
                break;
        }
        await Task.WhenAll([one.Connection.Completion, other.Connection.Completion, .. tasks]);
        AssertSubsequence(one.Sent, other.Received);
        AssertSubsequence(other.Sent, one.Received);
        WebSocketCloseResult[] results = [await one.Connection.Completion, await other.Connection.Completion];
        Assert.All(results, static result => Assert.True(result.IsClean ? result.Error is null : result.Error is not null, result.ToString()));
    }

    private static void AssertPrefix(ConcurrentDictionary<int, List<int>> sent, ConcurrentDictionary<int, List<int>> received)
    {
        foreach ((int sender, List<int> numbers) in received)
            Assert.Equal(Enumerable.Range(0, numbers.Count), numbers);
        Assert.All(received, pair => Assert.True(pair.Value.Count <= sent[pair.Key].Count + 1, "more came than was sent"));
    }

    /// <summary>What was taken back is missing, the rest is there in order up to the end.</summary>
    private static void AssertSubsequence(ConcurrentDictionary<int, List<int>> sent, ConcurrentDictionary<int, List<int>> received)
    {
        foreach ((int sender, List<int> numbers) in received)
        {
            Assert.Equal(numbers.Distinct().Order(), numbers);
            int last = numbers[^1];
            Assert.Subset(numbers.ToHashSet(), sent[sender].Where(number => number <= last).ToHashSet());
        }
    }

    /// <summary>One end of a pair, and what it sent and received of each sender.</summary>
    private sealed class End(WebSocketConnection connection, int seed)
    {
        public WebSocketConnection Connection => connection;

        public ConcurrentDictionary<int, List<int>> Sent { get; } = new();

        public ConcurrentDictionary<int, List<int>> Received { get; } = new();

        /// <summary>Sends numbered messages until there are enough or the connection is over.</summary>
        public async Task SendAllAsync(int sender, int count, bool mayCancel)
        {
            Random random = new(seed + sender);
            List<int> sent = Sent.GetOrAdd(sender, static _ => []);
            for (int i = 0; i < count; i++)
            {
                byte[] message = Message(sender, i, HeaderBytes + Size(random));
                using CancellationTokenSource cts = new();
                if (mayCancel && random.Next(20) == 0)
                    _ = Task.Run(cts.Cancel);
                try
                {
                    if (random.Next(6) == 0)
                        await connection.SendStreamAsync(new MemoryStream(message), ct: cts.Token);
                    else
                        await connection.SendAsync(message, ct: cts.Token);
                    sent.Add(i);
                }
                catch (OperationCanceledException)
                {
                }
                catch (WebSocketClosedException)
                {
                    return;
                }
                if (random.Next(3) == 0)
                    await Task.Yield();
            }
        }

        /// <summary>Receives by all ways until the connection is over.</summary>
        public async Task ReceiveAllAsync(bool mayCancel)
        {
            Random random = new(seed);
            try
            {
                for (bool isOver = false; !isOver;)
                {
                    using CancellationTokenSource cts = new();
                    if (mayCancel && random.Next(10) == 0)
                        _ = Task.Run(cts.Cancel);
                    try
                    {
                        isOver = random.Next(4) == 0 ? await ReceiveStreamAsync(random, cts.Token) : await ReceiveOneAsync(random, cts.Token);
                    }
                    catch (OperationCanceledException)
                    {
                    }
                }
            }
            catch (WebSocketClosedException)
            {
            }
            connection.DiscardReceives();
        }

        public async Task PingAllAsync()
        {
            try
            {
                while (true)
                    await connection.PingAsync();
            }
            catch (WebSocketClosedException)
            {
            }
        }

        private async Task<bool> ReceiveOneAsync(Random random, CancellationToken ct)
        {
            if (await connection.ReceiveAsync(ct) is not { } message)
                return true;
            for (int turns = random.Next(8); turns > 4; turns--)
                await Task.Yield();                         // busy: others arrive meanwhile
            Take(message.Payload.Span);
            return false;
        }

        private async Task<bool> ReceiveStreamAsync(Random random, CancellationToken ct)
        {
            if (await connection.ReceiveStreamAsync(ct) is not { } stream)
                return true;
            byte[] start = new byte[HeaderBytes];
            await stream.ReadExactlyAsync(start, CancellationToken.None);
            if (random.Next(4) == 0)
            {
                Note(BinaryPrimitives.ReadInt32BigEndian(start), BinaryPrimitives.ReadInt32BigEndian(start.AsSpan(4)));
                return false;                               // the rest is dropped
            }
            using MemoryStream rest = new();
            rest.Write(start);
            await stream.CopyToAsync(rest, CancellationToken.None);
            Take(rest.ToArray());
            return false;
        }

        private void Take(ReadOnlySpan<byte> message)
        {
            int sender = BinaryPrimitives.ReadInt32BigEndian(message);
            int number = BinaryPrimitives.ReadInt32BigEndian(message[4..]);
            Assert.True(message.SequenceEqual(Message(sender, number, message.Length)), "a message was mixed or spoiled");
            Note(sender, number);
        }

        private void Note(int sender, int number) => Received.GetOrAdd(sender, static _ => []).Add(number);

        private static byte[] Message(int sender, int number, int size)
        {
            byte[] message = Wire.Pattern(size, sender + number);
            BinaryPrimitives.WriteInt32BigEndian(message, sender);
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), number);
            return message;
        }

        private static int Size(Random random) => random.Next(20) switch
        {
            0 => random.Next(60_000, 150_000),
            < 3 => random.Next(8_000, 9_000),
            < 8 => random.Next(3_000),
            _ => random.Next(100),
        };
    }
}
