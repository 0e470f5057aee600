using System.Net.WebSockets;
using System.Text;

namespace RawWs;

/// <summary>One whole message, text or binary (RFC 6455 section 5.6).</summary>
/// <remarks>
/// The memory of a received message is valid until the next receive on its connection, or until the endpoint's
/// <c>OnMessageAsync</c> completes. Keep <see cref="Text"/> or <see cref="ToArray"/> beyond that.
/// </remarks>
/// <param name="Payload">The message's bytes; UTF-8 that has been checked when the type is text.</param>
/// <param name="Type">Text or binary.</param>
public readonly record struct WebSocketMessage(ReadOnlyMemory<byte> Payload, WebSocketMessageType Type)
{
    /// <summary>Whether this is a text message.</summary>
    public bool IsText => Type == WebSocketMessageType.Text;

    /// <summary>The payload decoded as UTF-8: a new string at each call.</summary>
    public string Text => Encoding.UTF8.GetString(Payload.Span);

    /// <summary>A copy of the payload that stays valid for ever.</summary>
    public byte[] ToArray() => Payload.ToArray();

    /// <summary>The type and size, for logs; never the content.</summary>
    public override string ToString() => $"{Type} message of {Payload.Length} bytes";
}
