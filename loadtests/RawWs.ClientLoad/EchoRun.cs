using System.Diagnostics;

namespace RawWs.ClientLoad;

/// <summary>The closed loop: opens the connections, lets them echo, and reports what a message took and cost.</summary>
internal static class EchoRun
{
    public static async Task RunAsync(LoadOptions options)
    {
        MessagePool messages = new(options.Size);
        Window window = new();
        WebSocketConnection[] connections = await Connections.OpenAsync(options, options.Connections);
        Task loops = Task.WhenAll(connections.Select(c => new EchoLoop(c, messages, options.Pipeline, window).RunAsync()));

        await EarlierOf(loops, options.Warmup);
        ResourceUse before = ResourceUse.Now();
        window.Open();
        await EarlierOf(loops, options.Duration);
        window.Close();
        ResourceUse used = ResourceUse.Now() - before;
        double rssKb = ResourceUse.RssKb;
        await loops;

        Report(options, window.Latency, used, rssKb);
    }

    /// <summary>Waits for a time, or less when a connection fails.</summary>
    private static async Task EarlierOf(Task loops, TimeSpan time)
    {
        if (await Task.WhenAny(loops, Task.Delay(time)) == loops)
            await loops;
    }

    private static void Report(LoadOptions options, LatencyHistogram latency, ResourceUse used, double rssKb)
    {
        long messages = latency.Count;
        if (messages == 0)
            throw new InvalidDataException("No message came back in the measured time.");
        double seconds = used.Time / (double)Stopwatch.Frequency;
        using Report report = new("echo", options);
        report.Add("size", options.Size);
        report.Add("pipeline", options.Pipeline);
        report.Add("window_s", seconds);
        report.Add("msgs", messages);
        report.Add("msgs_per_s", messages / seconds);
        report.Add("p50_us", latency.Microseconds(0.5));
        report.Add("p99_us", latency.Microseconds(0.99));
        report.Add("p999_us", latency.Microseconds(0.999));
        report.Add("client_user_s", used.User.TotalSeconds);
        report.Add("client_system_s", used.System.TotalSeconds);
        report.Add("client_cpu_util", used.Cpu.TotalSeconds / seconds);
        report.Add("client_cpu_us_per_unit", used.Cpu.TotalMicroseconds / messages);
        report.Add("allocated_bytes", used.AllocatedBytes);
        report.Add("allocated_bytes_per_msg", (double)used.AllocatedBytes / messages);
        report.Add("gen0", used.Gen0);
        report.Add("gen1", used.Gen1);
        report.Add("gen2", used.Gen2);
        report.Add("client_heap_kb", GC.GetTotalMemory(forceFullCollection: false) / 1024.0);
        report.Add("client_rss_kb", rssKb);
        report.Print();
    }
}
