using System.Globalization;
using System.Net.WebSockets;

namespace RawWs.Host.Endpoints;

/// <summary>Ends the connection as the client asks for, so that every kind of end can be seen from outside.</summary>
internal static class Control
{
    private const string Commands = "Commands: close [CODE [REASON]], error, abort";

    public static void Map(WebSocketServer server, PageConnections page) =>
        server.Map("/control", page.Keep(async connection =>
        {
            await foreach (WebSocketMessage message in connection.ReadAllAsync())
            {
                string[] words = message.Text.Split(' ', 3);
                switch (words[0])
                {
                    case "close":
                        await CloseAsync(connection, words.ElementAtOrDefault(1) ?? "1000", words.ElementAtOrDefault(2) ?? "");
                        break;
                    case "error":
                        throw new InvalidOperationException("The client asked for an error");
                    case "abort":
                        connection.Abort();
                        break;
                    default:
                        await connection.SendAsync(Commands);
                        break;
                }
            }
        }));

    private static async Task CloseAsync(WebSocketConnection connection, string code, string reason)
    {
        try
        {
            await connection.CloseAsync((WebSocketCloseStatus)int.Parse(code, NumberStyles.None, CultureInfo.InvariantCulture), reason);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            await connection.SendAsync($"Not closed: {e.Message}");
        }
    }
}
