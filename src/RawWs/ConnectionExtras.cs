using System.Net.WebSockets;
using RawWs.Adapters;

namespace RawWs;

/// <summary>What few connections have: made with the first of it, so that all the others pay one field.</summary>
#pragma warning disable CA1001 // the WebSocket owns nothing: disposing it is the application's way to abort
internal sealed class ConnectionExtras
#pragma warning restore CA1001
{
    private AdaptedWebSocket? _webSocket;

    public Dictionary<string, object?> Items { get; } = [];

    /// <summary>The connection as the framework's WebSocket: one for each connection.</summary>
    public WebSocket AsWebSocket(WebSocketConnection connection)
    {
        lock (this)
        {
            if (_webSocket is null)
            {
                connection.Core.Inbox.Adapt();
                _webSocket = new(connection.Core, connection.Subprotocol);
            }
            return _webSocket;
        }
    }
}
