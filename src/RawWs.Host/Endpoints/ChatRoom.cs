using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;

namespace RawWs.Host.Endpoints;

/// <summary>A named audience and the JSON that it is told.</summary>
internal sealed class ChatRoom(string name)
{
    public string Name { get; } = name;

    public Audience Members { get; } = new();

    public void Tell(string type, string from, string? text = null)
    {
        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteString("from", from);
            if (text is not null)
                writer.WriteString("text", text);
            writer.WriteNumber("count", Members.Count);
            writer.WriteEndObject();
        }

        Members.Send(json.WrittenMemory, WebSocketMessageType.Text);
    }
}
