namespace RawWs.ClientLoad;

/// <summary>Opens the connections, several at once.</summary>
internal static class Connections
{
    public static async Task<WebSocketConnection[]> OpenAsync(LoadOptions options, int count)
    {
        WebSocketConnection[] all = new WebSocketConnection[count];
        ParallelOptions atOnce = new() { MaxDegreeOfParallelism = options.Parallel };
        await Parallel.ForAsync(0, count, atOnce, async (i, ct) => all[i] = await WebSocketClient.ConnectAsync(options.Url, options.Client, ct));
        return all;
    }
}
