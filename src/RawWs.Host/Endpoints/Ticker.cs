using System.Net.WebSockets;

namespace RawWs.Host.Endpoints;

/// <summary>Pushes made-up prices ten times a second to everyone connected; an ordinary GET asks for the latest ones.</summary>
internal static class Ticker
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    public static void Map(WebSocketServer server, PageConnections page)
    {
        TimeProvider time = server.Options.TimeProvider;
        Audience audience = new();
        StockPrices prices = new(Period, time);
        // whoever still has bytes to take skips this tick: old prices are of no use to a slow reader
        Heartbeat heartbeat = new(audience, Period, () => audience.Send(prices.Next(), WebSocketMessageType.Text, maxBacklog: 0), time);

        server.Map("/ticker", page.Keep(async connection =>
        {
            audience.Add(connection);
            try
            {
                heartbeat.Start();
                connection.DiscardReceives();
                await connection.Completion;
            }
            finally
            {
                audience.Remove(connection);
            }
        }));
        server.MapHttp("/ticker", _ => new HttpReply(200, "application/json", prices.Latest()) { Headers = [new("Cache-Control", "no-store")] });
    }
}
