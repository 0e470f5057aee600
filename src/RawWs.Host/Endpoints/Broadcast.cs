namespace RawWs.Host.Endpoints;

/// <summary>Sends every message to every connection of this path, the sender included.</summary>
internal static class Broadcast
{
    public static void Map(WebSocketServer server, PageConnections page)
    {
        Audience audience = new();
        server.Map("/broadcast", page.Keep(async connection =>
        {
            audience.Add(connection);
            try
            {
                await foreach (WebSocketMessage message in connection.ReadAllAsync())
                    audience.Send(message.ToArray(), message.Type); // a copy: the original is gone before the slowest has it
            }
            finally
            {
                audience.Remove(connection);
            }
        }));
    }
}
