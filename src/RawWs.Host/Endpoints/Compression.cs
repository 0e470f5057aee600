using System.Buffers;
using System.Text.Json;

namespace RawWs.Host.Endpoints;

/// <summary>Tells the page what permessage-deflate does: a browser knows what was agreed on, and only the server knows how many bytes it saved.</summary>
/// <remarks>
/// <c>GET /compression</c> answers <c>{"enabled":true,"threshold":1024}</c>; the threshold is there where compression is on.
/// <c>GET /compression?id=ID</c> answers for one connection of the page:
/// <c>{"extension":"permessage-deflate; ...","sent":{"before":4096,"after":211},"received":{"before":0,"after":0}}</c>, as the server
/// sees it; <c>{"extension":null}</c> when there is no compression on it; 404 when it is not open.
/// </remarks>
internal static class Compression
{
    public static void Map(WebSocketServer server, PageConnections connections) =>
        server.MapHttp("/compression", request =>
        {
            if (request.QueryValue("id") is not { } id)
                return Json(writer => Write(writer, server.Options.Defaults.Compression));
            return connections.Find(id) is { } connection
                ? Json(writer => Write(writer, connection))
                : HttpReply.Text("No open connection has this id.\n", 404);
        });

    private static void Write(Utf8JsonWriter writer, CompressionOptions? options)
    {
        writer.WriteBoolean("enabled", options is not null && WebSocketCompression.IsAvailable);
        if (options is not null)
            writer.WriteNumber("threshold", options.Threshold);
    }

    private static void Write(Utf8JsonWriter writer, WebSocketConnection connection)
    {
        writer.WriteString("extension", connection.Extensions);
        if (connection.Compression is not { } done)
            return;
        WriteDirection(writer, "sent", done.SentBytes, done.SentCompressedBytes);
        WriteDirection(writer, "received", done.ReceivedBytes, done.ReceivedCompressedBytes);
    }

    private static void WriteDirection(Utf8JsonWriter writer, string name, long before, long after)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("before", before);
        writer.WriteNumber("after", after);
        writer.WriteEndObject();
    }

    private static HttpReply Json(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return new(200, "application/json", json.WrittenMemory) { Headers = [new("Cache-Control", "no-store")] };
    }
}
