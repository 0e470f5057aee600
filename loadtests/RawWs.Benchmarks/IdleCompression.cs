using System.Net.WebSockets;

namespace RawWs.Benchmarks;

/// <summary>What agreeing on compression costs an idle connection: live objects by the collector's count, pairs in memory with it less pairs without. zlib's own memory is not among them.</summary>
internal static class IdleCompression
{
    private const int Pairs = 2_000;
    private const int Ends = 2 * Pairs;
    private static readonly byte[] Message = new byte[2048];

    public static async Task RunAsync()
    {
        await HeapAsync(new());                                         // what is made once is made here
        await HeapAsync(new() { Compression = new() });
        long plain = await HeapAsync(new());
        long compressed = await HeapAsync(new() { Compression = new() });
        Console.WriteLine($"{Pairs:N0} idle pairs in memory, each end of which has sent and received one message; live objects, for each end");
        Console.WriteLine($"plain {plain / Ends:N0} bytes, compression agreed on {compressed / Ends:N0} bytes: {(compressed - plain) / (double)Ends:N1} more");
    }

    private static async Task<long> HeapAsync(WebSocketEndpointOptions options)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        List<(WebSocketConnection Server, WebSocketConnection Client)> pairs = new(Pairs);
        for (int i = 0; i < Pairs; i++)
        {
            pairs.Add(WebSocketPair.Create(options));
            await EchoAsync(pairs[i].Client, pairs[i].Server);
            await EchoAsync(pairs[i].Server, pairs[i].Client);
        }
        long live = GC.GetTotalMemory(forceFullCollection: true) - before;
        foreach ((WebSocketConnection server, WebSocketConnection client) in pairs)
        {
            server.Abort();
            client.Abort();
            await Task.WhenAll(server.Completion, client.Completion);
        }
        return live;
    }

    private static async Task EchoAsync(WebSocketConnection from, WebSocketConnection to)
    {
        ValueTask<WebSocketMessage?> receive = to.ReceiveAsync();
        await from.SendAsync(Message, WebSocketMessageType.Binary);
        if ((await receive)?.Payload.Length != Message.Length || from.Compression is { SentCompressedBytes: 0 })
            throw new InvalidOperationException("The message did not come as it should.");
        using CancellationTokenSource idle = new();
        ValueTask<WebSocketMessage?> next = to.ReceiveAsync(idle.Token);        // ends the life of the message
        await idle.CancelAsync();
        try
        {
            await next;
        }
        catch (OperationCanceledException)
        {
            // there is no further one
        }
    }
}
