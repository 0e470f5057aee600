using System.Reflection;

namespace RawWs.Host.Endpoints;

/// <summary>The page from which a person tries all of the above in a browser; it is one file, embedded in the program.</summary>
internal static class Page
{
    public static void Map(WebSocketServer server)
    {
        Lazy<byte[]> html = new(Read);
        server.MapHttp("/", _ => new HttpReply(200, "text/html; charset=utf-8", html.Value)
        {
            Headers =
            [
                new("Cache-Control", "no-cache"),
                new("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self' ws: wss:; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
                new("X-Content-Type-Options", "nosniff"),
                new("Referrer-Policy", "no-referrer"),
            ],
        });
    }

    private static byte[] Read()
    {
        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("index.html")
            ?? throw new InvalidOperationException("The page is not embedded in this build.");
        byte[] html = new byte[resource.Length];
        resource.ReadExactly(html);
        return html;
    }
}
