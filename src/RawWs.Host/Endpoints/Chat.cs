using System.Net.WebSockets;

namespace RawWs.Host.Endpoints;

/// <summary>A chat room for each path: what one member says, all members get, joins and leaves included.</summary>
/// <remarks>
/// The client sends plain text and gets JSON:
/// <c>{"type":"join|message|leave","from":"ann","text":"...","count":2}</c>, where the count is that of the members.
/// </remarks>
internal sealed class Chat(ChatRooms rooms, PageConnections page) : WebSocketEndpoint
{
    private const int MaxNameLength = 32;

    private ChatRoom? _room;
    private string _name = "";

    public static void Map(WebSocketServer server, PageConnections page)
    {
        ChatRooms rooms = new();
        server.Map("/chat/{room}", () => new Chat(rooms, page));
    }

    public override ValueTask OnOpenAsync(WebSocketConnection connection)
    {
        string name = connection.Request.QueryValue("name")?.Trim() ?? "";
        _name = name.Length == 0 ? $"guest-{connection.Id}" : name[..Math.Min(name.Length, MaxNameLength)];
        _room = rooms.Enter(connection.Request.RouteValues["room"], connection);
        page.Enter(connection);
        _room.Tell("join", _name);
        return default;
    }

    public override async ValueTask OnMessageAsync(WebSocketConnection connection, WebSocketMessage message)
    {
        if (message.IsText)
            _room?.Tell("message", _name, message.Text);
        else
            await connection.CloseAsync(WebSocketCloseStatus.InvalidMessageType, "A chat takes text only");
    }

    public override ValueTask OnCloseAsync(WebSocketConnection connection, WebSocketCloseResult result)
    {
        page.Leave(connection);
        if (_room is null)
            return default;
        rooms.Leave(_room, connection);
        _room.Tell("leave", _name);
        return default;
    }
}
