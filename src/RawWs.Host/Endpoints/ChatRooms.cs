namespace RawWs.Host.Endpoints;

/// <summary>The rooms that have members: made for the first one, gone with the last.</summary>
internal sealed class ChatRooms
{
    private readonly Dictionary<string, ChatRoom> _rooms = [];

    public int Count
    {
        get
        {
            lock (_rooms)
                return _rooms.Count;
        }
    }

    public ChatRoom Enter(string name, WebSocketConnection connection)
    {
        lock (_rooms)
        {
            if (!_rooms.TryGetValue(name, out ChatRoom? room))
                _rooms[name] = room = new(name);
            room.Members.Add(connection);
            return room;
        }
    }

    public void Leave(ChatRoom room, WebSocketConnection connection)
    {
        lock (_rooms)
        {
            room.Members.Remove(connection);
            if (room.Members.Count == 0)
                _rooms.Remove(room.Name);
        }
    }
}
