namespace RawWs.Host.Endpoints;

/// <summary>The open connections of the page, by the random id that it puts into their query, so that it can ask about them.</summary>
/// <remarks>Connections without an id are not kept, and cost nothing.</remarks>
internal sealed class PageConnections
{
    /// <summary>Beyond it, or with a longer id, a connection works as well and cannot be asked about.</summary>
    public const int Max = 1000;

    public const int MaxIdLength = 64;

    private readonly Dictionary<string, WebSocketConnection> _connections = [];

    public int Count
    {
        get
        {
            lock (_connections)
                return _connections.Count;
        }
    }

    /// <summary>The connection of an id, while it is open.</summary>
    public WebSocketConnection? Find(string id)
    {
        lock (_connections)
            return _connections.GetValueOrDefault(id);
    }

    /// <summary>A handler that keeps its connections here while it runs.</summary>
    public Func<WebSocketConnection, Task> Keep(Func<WebSocketConnection, Task> handler) =>
        connection => Enter(connection) ? RunAsync(connection, handler) : handler(connection);

    /// <summary>Keeps a connection; whether it is kept.</summary>
    public bool Enter(WebSocketConnection connection) => IdOf(connection) is { } id && Enter(id, connection);

    public bool Enter(string id, WebSocketConnection connection)
    {
        lock (_connections)
            return id.Length <= MaxIdLength && _connections.Count < Max && _connections.TryAdd(id, connection);
    }

    public void Leave(WebSocketConnection connection)
    {
        if (IdOf(connection) is { } id)
            Leave(id, connection);
    }

    /// <summary>Forgets a connection, and no other that has the id.</summary>
    public void Leave(string id, WebSocketConnection connection)
    {
        lock (_connections)
        {
            if (_connections.GetValueOrDefault(id) == connection)
                _connections.Remove(id);
        }
    }

    private async Task RunAsync(WebSocketConnection connection, Func<WebSocketConnection, Task> handler)
    {
        try
        {
            await handler(connection);
        }
        finally
        {
            Leave(connection);
        }
    }

    private static string? IdOf(WebSocketConnection connection) => connection.Request.QueryValue("id");
}
