namespace RawWs.Host.Endpoints;

/// <summary>Sends every message back as it came, text as text and binary as binary: the smallest handler there is.</summary>
internal static class Echo
{
    public static void Map(WebSocketServer server, PageConnections page) =>
        server.Map("/echo", page.Keep(async connection =>
        {
            await foreach (WebSocketMessage message in connection.ReadAllAsync())
                await connection.SendAsync(message);
        }));
}
