using RawWs.Protocol.Handshake;

namespace RawWs.Server;

/// <summary>What a path leads to.</summary>
internal readonly record struct RouteMatch(
    Route? WebSocket, IReadOnlyDictionary<string, string> Values, HttpRoute? Http, IReadOnlyDictionary<string, string> HttpValues, string? Allow);

/// <summary>All routes of a server, the most specific first.</summary>
internal sealed class RouteTable
{
    private static readonly IReadOnlyDictionary<string, string> NoValues = new Dictionary<string, string>();

    private readonly List<Route> _webSocket = [];
    private readonly List<HttpRoute> _http = [];

    public IReadOnlyList<Route> WebSocketRoutes => _webSocket;

    public void Add(Route route)
    {
        if (_webSocket.Exists(r => r.Path.CompareTo(route.Path) == 0 && r.Path.Text == route.Path.Text))
            throw new ArgumentException($"The path {route.Path.Text} has a WebSocket route already: map each path once.");
        _webSocket.Add(route);
        _webSocket.Sort((a, b) => a.Path.CompareTo(b.Path));
    }

    public void Add(HttpRoute route)
    {
        if (_http.Exists(r => r.Method == route.Method && r.Path.Text == route.Path.Text))
            throw new ArgumentException($"The path {route.Path.Text} has a route for {route.Method} already: map each method of a path once.");
        _http.Add(route);
        _http.Sort((a, b) => a.Path.CompareTo(b.Path));
    }

    /// <summary>Finds the WebSocket route and the HTTP route of a path; <c>Allow</c> names the methods of its HTTP routes when none answers this one.</summary>
    /// <exception cref="WebSocketHandshakeException">A route value is not legal (400).</exception>
    public RouteMatch Find(RequestHead head)
    {
        string method = head.Method;
        (Route? webSocket, IReadOnlyDictionary<string, string> values) = (null, NoValues);
        foreach (Route route in _webSocket)
            if (route.Path.TryMatch(head.PathBytes, out IReadOnlyDictionary<string, string>? found))
            {
                (webSocket, values) = (route, found);
                break;
            }
        List<string>? allow = null;
        foreach (HttpRoute route in _http)
        {
            if (!route.Path.TryMatch(head.PathBytes, out IReadOnlyDictionary<string, string>? found))
                continue;
            if (route.Answers(method))
                return new(webSocket, values, route, found, null);
            (allow ??= []).AddRange(route.Method == "GET" ? ["GET", "HEAD"] : [route.Method]);
        }
        if (allow is not null && webSocket is not null && !allow.Contains("GET"))
            allow.Add("GET");
        return new(webSocket, values, null, NoValues, allow is null ? null : string.Join(", ", allow.Distinct()));
    }
}
