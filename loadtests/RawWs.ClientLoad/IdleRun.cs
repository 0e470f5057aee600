using System.Diagnostics;

namespace RawWs.ClientLoad;

/// <summary>Holds connections that do nothing and reports the memory of this process.</summary>
internal static class IdleRun
{
    public static async Task RunAsync(LoadOptions options)
    {
        await PrepareAsync(options);
        double rssBefore = Collect();

        long start = Stopwatch.GetTimestamp();
        WebSocketConnection[] connections = await Connections.OpenAsync(options, options.Connections);
        double openSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Task[] readers = new Task[connections.Length];
        for (int i = 0; i < connections.Length; i++)
        {
            if (options.Probe)
                await EchoOnceAsync(connections[i], options.Size);
            readers[i] = DrainAsync(connections[i]);
        }
        double rssOpened = ResourceUse.RssKb;
        await Console.Out.WriteLineAsync("ready");

        await HoldAsync(options.Duration);
        double rssAfter = Collect();
        double heap = GC.GetTotalMemory(forceFullCollection: false) / 1024.0;
        int open = readers.Count(r => !r.IsCompleted);
        foreach (WebSocketConnection connection in connections)
            connection.Abort();

        using Report report = new("idle", options);
        report.Add("opened", open);
        report.Add("errors", connections.Length - open);
        report.Add("open_s", openSeconds);
        report.Add("client_rss_before_kb", rssBefore);
        report.Add("client_rss_opened_kb", rssOpened);
        report.Add("client_rss_kb", rssAfter);
        report.Add("client_heap_kb", heap);
        report.Add("client_bytes_per_conn", (rssAfter - rssBefore) * 1024 / connections.Length);
        report.Print();
    }

    /// <summary>Has everything loaded and compiled that a connection needs, so that it is not counted.</summary>
    private static async Task PrepareAsync(LoadOptions options)
    {
        foreach (WebSocketConnection connection in await Connections.OpenAsync(options, Math.Min(options.Parallel, options.Connections)))
        {
            await EchoOnceAsync(connection, options.Size);
            await connection.CloseAsync();
        }
    }

    private static async Task EchoOnceAsync(WebSocketConnection connection, int size)
    {
        await connection.SendAsync(new string('x', size));
        if (await connection.ReceiveAsync() is not { } message || message.Payload.Length != size)
            throw new InvalidDataException($"Connection {connection.Id} got no echo.");
    }

    /// <summary>Waits for messages, as an application does.</summary>
    private static async Task DrainAsync(WebSocketConnection connection)
    {
        while (await connection.ReceiveAsync() is not null)
            continue;
    }

    private static async Task HoldAsync(TimeSpan time)
    {
        if (time > TimeSpan.Zero)
            await Task.Delay(time);
        else
            await Task.Run(Console.In.ReadToEnd);    // not on the thread that serves the sockets
    }

    private static double Collect()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return ResourceUse.RssKb;
    }
}
