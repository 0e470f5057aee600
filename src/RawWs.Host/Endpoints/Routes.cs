namespace RawWs.Host.Endpoints;

/// <summary>The program's routes: one file for each, each showing one use of the library.</summary>
internal static class Routes
{
    public static void Map(WebSocketServer server)
    {
        Echo.Map(server);
        Upper.Map(server);
        Chat.Map(server);
        Ticker.Map(server);
        Game.Map(server);
        Notify.Map(server);
        Upload.Map(server);
        Broadcast.Map(server);
        Control.Map(server);
        Page.Map(server);
        server.MapHttp("/healthz", _ => HttpReply.Text("ok"));
    }
}
