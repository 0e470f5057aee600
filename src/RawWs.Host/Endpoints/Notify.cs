using System.Net.WebSockets;
using System.Text;
using System.Text.Unicode;

namespace RawWs.Host.Endpoints;

/// <summary>Pushes the body of an ordinary HTTP POST to everyone who is connected here.</summary>
internal static class Notify
{
    public static void Map(WebSocketServer server, PageConnections page)
    {
        Audience subscribers = new();
        server.Map("/notify", page.Keep(async connection =>
        {
            subscribers.Add(connection);
            try
            {
                connection.DiscardReceives(); // nobody has anything to say here, but pings and the close are still seen
                await connection.Completion;
            }
            finally
            {
                subscribers.Remove(connection);
            }
        }));
        server.MapHttp("POST", "/notify", request =>
        {
            if (!Utf8.IsValid(request.Body.Span))
                return HttpReply.Text("The body must be UTF-8.\n", 400);
            int delivered = subscribers.Send(request.Body.ToArray(), WebSocketMessageType.Text);
            return new(200, "application/json", Encoding.UTF8.GetBytes($$"""{"delivered":{{delivered}}}"""));
        });
    }
}
