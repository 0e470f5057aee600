using System.Net.WebSockets;
using RawWs.Tests.Conformance;
using RawWs.Tests.EndToEnd;
using RawWs.Tests.Support;
using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Api;

/// <summary>Connections that compress end in the middle of all that they do, at moments that a seed chooses: what arrived was right, nothing hangs, and no context is held afterwards.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class CompressedScheduleTests : IDisposable
{
    private const int Seeds = 40;
    private const int Enough = 1000;
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(120);

    /// <summary>Two ends that fail at once (1013), each with more to send than the other takes, wait for this.</summary>
    private static readonly TimeSpan ShortTimeout = TimeSpan.FromMilliseconds(200);

    private long _compressedBytes;

    private readonly int _maxContexts = WebSocketCompression.MaxContexts;

    public void Dispose() => WebSocketCompression.MaxContexts = _maxContexts;

    /// <summary>With so few contexts, most are taken back between the fragments of a message.</summary>
    [Theory]
    [InlineData(false, false, Enough)]
    [InlineData(true, false, Enough)]
    [InlineData(false, true, Enough)]
    [InlineData(true, true, Enough)]
    [InlineData(true, true, 1)]
    [InlineData(true, true, 2)]
    [InlineData(false, false, 1)]
    [InlineData(false, false, 2)]
    public async Task Ends_of_all_kinds_between_a_pair_leave_no_context(bool serverTakeover, bool clientTakeover, int maxContexts)
    {
        int before = LiveContexts.Count();
        WebSocketCompression.MaxContexts = maxContexts;
        for (int seed = 0; seed < Seeds; seed++)
        {
            (WebSocketConnection server, WebSocketConnection client) = WebSocketPair.Create(Options(seed, serverTakeover, clientTakeover) with
            {
                CloseTimeout = maxContexts == Enough ? SafetyNet : ShortTimeout,
            });
            await RunAsync(seed, server, client);
        }

        Assert.True(_compressedBytes > 0, "nothing was compressed");
        await LiveContexts.WaitForAsync(before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ends_of_all_kinds_between_sockets_leave_no_context(bool takeover)
    {
        int before = LiveContexts.Count();
        for (int seed = 0; seed < Seeds; seed++)
        {
            WebSocketEndpointOptions options = Options(seed, takeover, takeover);
            TaskCompletionSource<WebSocketConnection> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using TestServer server = await TestServer.StartAsync(server => server.Map("/", connection =>
            {
                opened.SetResult(connection);
                return over.Task;                                       // when the handler ends, so do the streams of its messages
            }), new() { Defaults = options });
            WebSocketConnection client = await WebSocketClient.ConnectAsync(server.Endpoint, new()
            {
                Compression = options.Compression,
                ReadAhead = options.ReadAhead,
                MaxQueuedBytes = options.MaxQueuedBytes,
                Proxy = WebSocketProxy.None,
            });
            try
            {
                await RunAsync(seed, await opened.Task, client);
            }
            finally
            {
                over.SetResult();
            }
        }

        Assert.True(_compressedBytes > 0, "nothing was compressed");
        await LiveContexts.WaitForAsync(before);
    }

    private static WebSocketEndpointOptions Options(int seed, bool serverTakeover, bool clientTakeover)
    {
        Random random = new(seed);
        return new()
        {
            Compression = new() { ServerTakeover = serverTakeover, ClientTakeover = clientTakeover, Threshold = random.Next(2) * 200 },
            ReadAhead = random.Next(1, 20_000),
            MaxQueuedBytes = random.Next(1, 50_000),
            KeepAliveInterval = TimeSpan.Zero,
            CloseTimeout = SafetyNet,
            SendTimeout = TimeSpan.Zero,
        };
    }

    private async Task RunAsync(int seed, WebSocketConnection server, WebSocketConnection client)
    {
        Assert.NotNull(server.Compression);
        Assert.NotNull(client.Compression);
        Random random = new(seed);
        Task[] tasks =
        [
            .. new[] { server, client }.SelectMany(end => Enumerable.Range(0, 2).Select(sender => Task.Run(() => SendAllAsync(end, seed * 10 + sender)))),
            .. new[] { server, client }.Select(end => Task.Run(() => ReceiveAllAsync(end, seed))),
        ];
        try
        {
            for (int turns = random.Next(1000); turns > 0; turns--)
                await Task.Yield();
            await Task.WhenAll([EndAsync(random, server, client), server.Completion, client.Completion, .. tasks]).WaitAsync(SafetyNet);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Seed {seed} failed", error);
        }
        finally
        {
            await server.DisposeAsync();
            await client.DisposeAsync();
            _compressedBytes += server.Compression!.Value.SentCompressedBytes + client.Compression!.Value.SentCompressedBytes;
        }
    }

    private static async Task EndAsync(Random random, WebSocketConnection server, WebSocketConnection client)
    {
        (WebSocketConnection one, WebSocketConnection other) = random.Next(2) == 0 ? (server, client) : (client, server);
        switch (random.Next(4))
        {
            case 0:
                one.Abort();
                break;
            case 1:
                one.Abort();
                other.Abort();
                break;
            case 2:
                await one.CloseAsync();
                break;
            default:
                Task close = one.CloseAsync();
                other.Abort();
                await close;
                break;
        }
    }

    /// <summary>Messages whose every byte says which they are, by all ways, until the connection is over.</summary>
    private static async Task SendAllAsync(WebSocketConnection connection, int seed)
    {
        Random random = new(seed);
        try
        {
            while (true)
            {
                byte[] message = Message(random.Next(100_000), Size(random));
                MessageCompression choice = (MessageCompression)random.Next(3);
                using CancellationTokenSource cancel = new();
                if (random.Next(50) == 0) _ = Task.Run(cancel.Cancel);
                try
                {
                    if (random.Next(5) == 0)
                        await connection.SendStreamAsync(new MemoryStream(message), WebSocketMessageType.Binary, new() { Compress = choice }, cancel.Token);
                    else
                        await connection.SendAsync(message, WebSocketMessageType.Binary, new() { Compress = choice }, cancel.Token);
                }
                catch (OperationCanceledException)
                {
                }
            }
        }
        catch (WebSocketClosedException)
        {
        }
        catch
        {
            connection.Abort();                                         // what else waits for it shall not wait for long
            throw;
        }
    }

    private static async Task ReceiveAllAsync(WebSocketConnection connection, int seed)
    {
        Random random = new(seed);
        try
        {
            while (true)
            {
                if (random.Next(4) != 0)
                {
                    if (await connection.ReceiveAsync() is not { } message) break;
                    AssertIntact(message.ToArray());
                    continue;
                }

                if (await connection.ReceiveStreamAsync() is not { } stream) break;
                if (random.Next(3) == 0)
                {
                    Assert.InRange(await stream.ReadAsync(new byte[10].AsMemory()), 0, 10); // the rest is dropped
                    continue;
                }

                using MemoryStream whole = new();
                await stream.CopyToAsync(whole);
                AssertIntact(whole.ToArray());
            }
        }
        catch (WebSocketClosedException)
        {
        }
        catch
        {
            connection.Abort();
            throw;
        }

        connection.DiscardReceives();                                   // else the other's close may wait behind messages that nobody takes
    }

    private static void AssertIntact(byte[] message) =>
        Assert.True(message.AsSpan().SequenceEqual(Message(BitConverter.ToInt32(message), message.Length)), "a message was mixed or spoiled");

    private static byte[] Message(int number, int size) =>
        [.. BitConverter.GetBytes(number), .. (number % 5 == 0 ? CompressionData.Pdf : CompressionData.Json).Cut(number, size - sizeof(int))];

    private static int Size(Random random) => random.Next(20) switch
    {
        0 => random.Next(300_000, 700_000),
        < 3 => random.Next(60_000, 70_000),
        < 10 => random.Next(4, 5000),
        _ => random.Next(4, 300),
    };
}
