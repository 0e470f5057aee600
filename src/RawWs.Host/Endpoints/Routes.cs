namespace RawWs.Host.Endpoints;

/// <summary>The program's routes: one file for each, each showing one use of the library.</summary>
internal static class Routes
{
    public static void Map(WebSocketServer server)
    {
        PageConnections page = new();
        Echo.Map(server, page);
        Upper.Map(server, page);
        Chat.Map(server, page);
        Ticker.Map(server, page);
        Game.Map(server, page);
        Notify.Map(server, page);
        Upload.Map(server, page);
        Broadcast.Map(server, page);
        Control.Map(server, page);
        Page.Map(server);
        Compression.Map(server, page);
        server.MapHttp("/healthz", _ => HttpReply.Text("ok"));
    }
}
