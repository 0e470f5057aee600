using System.Net.WebSockets;

namespace RawWs.Host.Endpoints;

/// <summary>Answers text in upper case, in any alphabet; refuses binary messages with the code that the RFC has for that.</summary>
internal static class Upper
{
    public static void Map(WebSocketServer server, PageConnections page) =>
        server.Map("/upper", page.Keep(async connection =>
        {
            await foreach (WebSocketMessage message in connection.ReadAllAsync())
            {
                if (!message.IsText)
                {
                    await connection.CloseAsync(WebSocketCloseStatus.InvalidMessageType, "/upper takes text only");
                    return;
                }

                await connection.SendAsync(message.Text.ToUpperInvariant());
            }
        }));
}
