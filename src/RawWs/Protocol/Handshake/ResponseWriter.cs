using System.Buffers;
using System.Globalization;
using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Writes the server's HTTP responses; what cannot be written is refused before the first byte.</summary>
internal static class ResponseWriter
{
    private const int UpgradeRequired = 426;
    private const int NoContent = 204;
    private const int ResetContent = 205;
    private const int NotModified = 304;

    /// <summary>RFC 6455 section 4.2.2, item 5.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="accept">The 28 bytes of <c>Sec-WebSocket-Accept</c>.</param>
    /// <param name="subprotocol">The one that was chosen.</param>
    /// <param name="extensions">What is in use, in our own words and never the peer's.</param>
    /// <param name="headers">What the application adds.</param>
    /// <exception cref="ArgumentException">A header field or the subprotocol is illegal.</exception>
    public static void WriteSwitchingProtocols(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> accept,
        string? subprotocol,
        string? extensions,
        IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        ResponseFields.Check(headers);
        if (subprotocol is not null && !HttpCharacters.IsToken(subprotocol))
            throw new ArgumentException("The subprotocol is not a token (RFC 6455 section 4.1).", nameof(subprotocol));

        output.Write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "u8);
        output.Write(accept);
        output.Write("\r\n"u8);
        if (subprotocol is not null)
            HeaderFields.Write(output, "Sec-WebSocket-Protocol", subprotocol);
        if (extensions is not null)
            HeaderFields.Write(output, "Sec-WebSocket-Extensions", extensions);
        HeaderFields.Write(output, headers);
        output.Write("\r\n"u8);
    }

    /// <summary>A complete response, after which the connection is closed; the answer to HEAD omits the body and keeps its length (RFC 9110 section 9.3.2).</summary>
    /// <exception cref="ArgumentException">A header field is illegal, or there is a body where none may be.</exception>
    public static void WriteReply(
        IBufferWriter<byte> output,
        int status,
        string? contentType,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        ReadOnlySpan<byte> body,
        bool omitBody)
    {
        ResponseFields.Check(headers);
        if (contentType is not null)
            HeaderFields.CheckValue("Content-Type", contentType);
        if (status is (NoContent or ResetContent or NotModified) && !body.IsEmpty)
            throw new ArgumentException($"A reply with status {status} has no body (RFC 9110 section 15).", nameof(body));

        output.Write("HTTP/1.1 "u8);
        Encoding.ASCII.GetBytes($"{status} {StatusPhrases.Of(status)}\r\n", output);
        if (contentType is not null)
            HeaderFields.Write(output, "Content-Type", contentType);
        if (status is not (NoContent or NotModified))   // RFC 9110 section 8.6
            HeaderFields.Write(output, "Content-Length", body.Length.ToString(CultureInfo.InvariantCulture));
        if (status == UpgradeRequired)
            output.Write("Upgrade: websocket\r\nConnection: Upgrade, close\r\n"u8);   // RFC 9110 sections 15.5.22 and 7.8
        else
            output.Write("Connection: close\r\n"u8);
        HeaderFields.Write(output, headers);
        output.Write("\r\n"u8);
        if (!omitBody)
            output.Write(body);
    }

    public static void WriteRefusal(IBufferWriter<byte> output, WebSocketHandshakeException refusal, bool omitBody) =>
        WriteReply(output, refusal.Status, "text/plain; charset=utf-8", refusal.Headers, Encoding.UTF8.GetBytes(refusal.Message + "\n"), omitBody);
}
