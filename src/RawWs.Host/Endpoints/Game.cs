using System.Net.WebSockets;

namespace RawWs.Host.Endpoints;

/// <summary>A game in binary messages: players chase a coin, and everyone is told everyone's position 20 times a second.</summary>
internal static class Game
{
    private const int MaxPlayers = 100;
    private const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013; // in IANA's registry, not in the framework's list
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    public static void Map(WebSocketServer server, PageConnections page)
    {
        Audience audience = new();
        GameWorld world = new();
        Heartbeat heartbeat = new(audience, Period, () => audience.Send(world.Step(Period), WebSocketMessageType.Binary, maxBacklog: 0), server.Options.TimeProvider);

        server.Map("/game", page.Keep(async connection =>
        {
            if (audience.Count >= MaxPlayers)
            {
                await connection.CloseAsync(TryAgainLater, "The game is full");
                return;
            }

            GamePlayer player = world.Enter();
            try
            {
                await connection.SendAsync(GameWorld.Welcome(player));
                audience.Add(connection);
                heartbeat.Start();
                await foreach (WebSocketMessage message in connection.ReadAllAsync())
                {
                    if (message.IsText || message.Payload.Length != 1)
                    {
                        await connection.CloseAsync(WebSocketCloseStatus.InvalidMessageType, "A move is a binary message of one byte");
                        return;
                    }

                    player.Keys = (GameKeys)message.Payload.Span[0];
                }
            }
            finally
            {
                audience.Remove(connection);
                world.Leave(player);
            }
        }));
    }
}
