using System.Net.WebSockets;
using System.Text.Json;
using RawWs.Tests.Conformance;

namespace RawWs.Tests.Interop;

/// <summary>The paths of our server that compress: <c>/deflate</c> by the defaults, <c>/deflate-takeover</c> with context takeover both ways, <c>/deflate-small</c> with windows of 512 bytes.</summary>
/// <remarks>They echo, except for two questions: what compression did so far, and a message in fragments.</remarks>
internal static class DeflateRoutes
{
    public const string Statistics = "statistics?", Stream = "stream?";
    private const int StreamBytes = 300_000;

    public static void Map(WebSocketServer server)
    {
        Map(server, "/deflate", new());
        Map(server, "/deflate-takeover", new() { ServerTakeover = true, ClientTakeover = true });
        Map(server, "/deflate-small", new() { WindowBits = 9 });
    }

    private static void Map(WebSocketServer server, string path, CompressionOptions compression) =>
        server.Map(path, AnswerAsync, options => options with { Compression = compression });

    private static async Task AnswerAsync(WebSocketConnection connection)
    {
        await foreach (WebSocketMessage message in connection.ReadAllAsync())
        {
            switch (message.Type == WebSocketMessageType.Text && message.Payload.Length < 20 ? message.Text : "")
            {
                case Statistics:
                    await connection.SendAsync(Describe(connection));
                    break;
                case Stream:
                    using (MemoryStream source = new(CompressionData.Json.Cut(0, StreamBytes)))
                        await connection.SendStreamAsync(source, WebSocketMessageType.Text);
                    break;
                default:
                    await connection.SendAsync(message);
                    break;
            }
        }
    }

    private static string Describe(WebSocketConnection connection)
    {
        CompressionStatistics? seen = connection.Compression;
        return JsonSerializer.Serialize(new
        {
            extensions = connection.Extensions,
            sent = seen?.SentBytes,
            sentCompressed = seen?.SentCompressedBytes,
            received = seen?.ReceivedBytes,
            receivedCompressed = seen?.ReceivedCompressedBytes,
        });
    }
}
