using static RawWs.Tests.Protocol.Handshake.Responses;

namespace RawWs.Tests.Protocol.Handshake;

/// <summary>An answer to a client that sent <see cref="Key"/> and offered the subprotocols <c>chat</c> and <c>Bearer.abc</c>.</summary>
/// <param name="Defect">What is wrong with the answer, or unusual.</param>
/// <param name="Response">The answer, each character one byte.</param>
/// <param name="Status">What the exception carries; <see langword="null"/> when the answer is accepted.</param>
/// <param name="Message">A part of the sentence that refuses it.</param>
internal sealed record AnswerRow(string Defect, string Response, int? Status = null, string Message = "");

/// <summary>Every wrong 101, and the unusual right ones.</summary>
internal static class AnswerTable
{
    private const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private const string NotTheKeys = "and not the value that belongs to the key (RFC 6455 section 4.1)";

    public static readonly IReadOnlyList<AnswerRow> Rows =
    [
        new("no defect", Answer()),
        new("another reason phrase", Answer("HTTP/1.1 101 Web Socket Protocol Handshake", [])),
        new("no reason phrase", Answer("HTTP/1.1 101 ", [])),
        new("Upgrade in another case", Answer("Upgrade: WebSocket")),
        new("Connection in another case", Answer("Connection: UPGRADE")),
        new("Connection is a list", Answer("Connection: keep-alive, upgrade")),
        new("Connection on several lines", Answer("Connection: keep-alive", "Connection: Upgrade")),
        new("names in another case", Answer().ToLowerInvariant().Replace(Accept.ToLowerInvariant(), Accept, StringComparison.Ordinal).Replace("http", "HTTP", StringComparison.Ordinal)),
        new("white space around Sec-WebSocket-Accept", Answer($"Sec-WebSocket-Accept:  \t{Accept} \t")),
        new("a subprotocol that was asked for", Answer("Sec-WebSocket-Protocol: chat")),
        new("a header that nobody knows", Answer("Server: x", "Set-Cookie: a=b")),
        new("Content-Length 0", Answer("Content-Length: 0")),

        new("status 200", Answer("HTTP/1.1 200 OK", []), 200, "The server answered 200 OK instead of 101 (RFC 6455 section 4.1)"),
        new("status 401", Response("HTTP/1.1 401 Whatever", "WWW-Authenticate: Basic"), 401, "The server answered 401 Unauthorized instead of 101 (RFC 6455 section 4.1)"),
        new("status 302", Response("HTTP/1.1 302 Found", "Location: /"), 302, "The server answered 302 Found instead of 101"),
        new("status 426", Response("HTTP/1.1 426 Upgrade Required", "Sec-WebSocket-Version: 8"), 426, "The server answered 426 Upgrade Required instead of 101"),
        new("status 777", Answer("HTTP/1.1 777 x", []), 777, "The server answered 777 instead of 101"),
        new("status 102", Answer("HTTP/1.1 102 Processing", []), 102, "The server answered 102 instead of 101"),
        new("HTTP/1.0", Answer("HTTP/1.0 101 Switching Protocols", []), 101, "The answer is HTTP/1.0, which has no 101 (RFC 9110 section 15.2)"),

        new("Upgrade missing", Answer("Upgrade:"), 101, "The answer has no Upgrade (RFC 6455 section 4.1)"),
        new("Upgrade doubled", Answer("Upgrade: websocket", "Upgrade: websocket"), 101, "Upgrade is given twice (RFC 6455 section 4.1)"),
        new("Upgrade empty", Answer("Upgrade: "), 101, "Upgrade is \"\" and not websocket (RFC 6455 section 4.1)"),
        new("Upgrade to something else", Answer("Upgrade: h2c"), 101, "Upgrade is \"h2c\" and not websocket (RFC 6455 section 4.1)"),
        new("Upgrade is a list", Answer("Upgrade: h2c, websocket"), 101, "Upgrade is \"h2c, websocket\" and not websocket"),
        new("Upgrade with a version", Answer("Upgrade: websocket/13"), 101, "Upgrade is \"websocket/13\" and not websocket"),

        new("Connection missing", Answer("Connection:"), 101, "The answer has no Connection (RFC 6455 section 4.1)"),
        new("Connection empty", Answer("Connection: "), 101, "Connection is \"\" and does not name Upgrade (RFC 6455 section 4.1)"),
        new("Connection close", Answer("Connection: close"), 101, "Connection is \"close\" and does not name Upgrade (RFC 6455 section 4.1)"),
        new("Connection has Upgrade as a part of a token", Answer("Connection: Upgrades, no-Upgrade"), 101, "and does not name Upgrade"),

        new("Accept missing", Answer("Sec-WebSocket-Accept:"), 101, "The answer has no Sec-WebSocket-Accept (RFC 6455 section 4.1)"),
        new("Accept doubled", Answer($"Sec-WebSocket-Accept: {Accept}", $"Sec-WebSocket-Accept: {Accept}"), 101, "Sec-WebSocket-Accept is given twice (RFC 6455 section 11.3.3)"),
        new("Accept doubled on one line", Answer($"Sec-WebSocket-Accept: {Accept}, {Accept}"), 101, NotTheKeys),
        new("Accept empty", Answer("Sec-WebSocket-Accept: "), 101, $"Sec-WebSocket-Accept is \"\" {NotTheKeys}"),
        new("Accept altered in its first byte", Answer("Sec-WebSocket-Accept: t3pPLMBiTxaQ9kYGzzhZRbK+xOo="), 101, $"Sec-WebSocket-Accept is \"t3pPLMBiTxaQ9kYGzzhZRbK+xOo=\" {NotTheKeys}"),
        new("Accept altered in its last byte", Answer("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo-"), 101, NotTheKeys),
        new("Accept altered in the case of one letter", Answer("Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo="), 101, NotTheKeys),
        new("Accept in lower case", Answer($"Sec-WebSocket-Accept: {Accept.ToLowerInvariant()}"), 101, NotTheKeys),
        new("Accept with unused bits set", Answer("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOp="), 101, NotTheKeys),
        new("Accept without its padding", Answer($"Sec-WebSocket-Accept: {Accept[..^1]}"), 101, NotTheKeys),
        new("Accept with a byte more", Answer($"Sec-WebSocket-Accept: {Accept}="), 101, NotTheKeys),
        new("Accept in quotes", Answer($"Sec-WebSocket-Accept: \"{Accept}\""), 101, NotTheKeys),
        new("Accept with white space inside", Answer("Sec-WebSocket-Accept: s3pPLMBiTxaQ 9kYGzzhZRbK+xOo="), 101, NotTheKeys),
        new("Accept with a byte that is no ASCII", Answer("Sec-WebSocket-Accept: \u00f33pPLMBiTxaQ9kYGzzhZRbK+xOo="), 101, $"\"\\xf33pPLMBiTxaQ9kYGzzhZRbK+xOo=\" {NotTheKeys}"),
        new("Accept of another key", Answer("Sec-WebSocket-Accept: Kfh9QIsMVZcl6xEPYxPHzW8SZ8w="), 101, NotTheKeys),
        new("Accept is the key", Answer($"Sec-WebSocket-Accept: {Key}"), 101, NotTheKeys),

        new("an extension not asked for", Answer("Sec-WebSocket-Extensions: permessage-deflate"), 101, "Sec-WebSocket-Extensions is \"permessage-deflate\", which was not asked for (RFC 6455 section 4.1)"),
        new("extensions empty", Answer("Sec-WebSocket-Extensions: "), 101, "Sec-WebSocket-Extensions is \"\", which was not asked for"),

        new("a subprotocol not asked for", Answer("Sec-WebSocket-Protocol: superchat"), 101, "Sec-WebSocket-Protocol is \"superchat\", which was not asked for (RFC 6455 section 4.1)"),
        new("a subprotocol in another case", Answer("Sec-WebSocket-Protocol: Chat"), 101, "Sec-WebSocket-Protocol differs in case from what was asked for (RFC 6455 section 4.1)"),
        new("a token in another case", Answer("Sec-WebSocket-Protocol: bearer.ABC"), 101, "differs in case"),
        new("a subprotocol that begins like one", Answer("Sec-WebSocket-Protocol: chatter"), 101, "\"chatter\", which was not asked for"),
        new("a subprotocol that is the start of one", Answer("Sec-WebSocket-Protocol: cha"), 101, "\"cha\", which was not asked for"),
        new("subprotocol empty", Answer("Sec-WebSocket-Protocol: "), 101, "Sec-WebSocket-Protocol is \"\", which was not asked for"),
        new("subprotocol doubled", Answer("Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: chat"), 101, "Sec-WebSocket-Protocol is given twice (RFC 6455 section 11.3.4)"),
        new("several subprotocols", Answer("Sec-WebSocket-Protocol: chat, Bearer.abc"), 101, "Sec-WebSocket-Protocol names several subprotocols (RFC 6455 section 4.2.2)"),

        new("Content-Length", Answer("Content-Length: 5"), 101, "Content-Length is \"5\" in a 101, which has no body (RFC 9110 section 8.6)"),
        new("Content-Length doubled", Answer("Content-Length: 0", "Content-Length: 0"), 101, "Content-Length is given twice"),
        new("Transfer-Encoding", Answer("Transfer-Encoding: chunked"), 101, "Transfer-Encoding stands in a 101, which has no body (RFC 9112 section 6.1)"),
    ];
}
