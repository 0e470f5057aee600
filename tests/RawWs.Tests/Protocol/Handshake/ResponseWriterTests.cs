using System.Buffers;
using System.Text;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class ResponseWriterTests
{
    [Fact]
    public void Switching_protocols_is_the_answer_of_RFC_6455_section_1_3() =>
        Assert.Equal(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n",
            Text(output => ResponseWriter.WriteSwitchingProtocols(output, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="u8, "chat", null, [])));

    [Fact]
    public void Switching_protocols_takes_headers_in_order() =>
        Assert.EndsWith(
            "xOo=\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nX-Y: \r\n\r\n",
            Text(output => ResponseWriter.WriteSwitchingProtocols(output, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="u8, null, null, [new("Set-Cookie", "a=b"), new("Set-Cookie", "c=d"), new("X-Y", "")])),
            StringComparison.Ordinal);

    [Fact]
    public void Reply_is_complete_and_closes() =>
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\nCache-Control: no-store\r\n\r\nok",
            Text(output => ResponseWriter.WriteReply(output, 200, "text/plain", [new("Cache-Control", "no-store")], "ok"u8, omitBody: false)));

    [Fact]
    public void Reply_to_HEAD_keeps_the_length_and_omits_the_body() =>
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n",
            Text(output => ResponseWriter.WriteReply(output, 200, null, [], "ok"u8, omitBody: true)));

    [Theory]
    [InlineData(204, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")]                            // RFC 9110 section 8.6
    [InlineData(205, "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData(304, "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")]
    [InlineData(299, "HTTP/1.1 299 \r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData(421, "HTTP/1.1 421 Misdirected Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData(426, "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n")]
    [InlineData(429, "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData(431, "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    public void Empty_reply_has_the_fields_of_its_status(int status, string response) =>
        Assert.Equal(response, Text(output => ResponseWriter.WriteReply(output, status, null, [], [], omitBody: false)));

    [Theory]
    [InlineData(204)]
    [InlineData(205)]
    [InlineData(304)]
    public void Status_that_has_no_body_takes_none(int status)
    {
        ArrayBufferWriter<byte> output = new();
        ArgumentException exception = Assert.Throws<ArgumentException>(() => ResponseWriter.WriteReply(output, status, null, [], "x"u8, omitBody: false));
        Assert.Contains($"{status} has no body", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Refusal_is_its_sentence_with_its_headers()
    {
        WebSocketHandshakeException refusal = Refused(() => Check(Upgrade("Sec-WebSocket-Version: 777")), 426, "version is not 13");
        Assert.Equal(
            "HTTP/1.1 426 Upgrade Required\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 57\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n"
            + "Sec-WebSocket-Version: 13\r\n\r\nThe WebSocket version is not 13 (RFC 6455 section 4.2.2)\n",
            Text(output => ResponseWriter.WriteRefusal(output, refusal, omitBody: false)));
    }

    [Theory]
    [InlineData("", "b", "not a token")]
    [InlineData("a b", "b", "not a token")]
    [InlineData("a:", "b", "not a token")]
    [InlineData("a\r\nb", "b", "not a token")]
    [InlineData("\u00e9", "b", "not a token")]
    [InlineData("A", "b\r\nSet-Cookie: c", "header field A has a character")]
    [InlineData("A", "b\n", "header field A has a character")]
    [InlineData("A", "\0", "header field A has a character")]
    [InlineData("A", "\u007f", "header field A has a character")]
    [InlineData("A", "\u00e9", "header field A has a character")]
    [InlineData("A", "\u560a", "header field A has a character")]      // its low byte is a line feed
    [InlineData("Connection", "b", "Connection cannot be added")]
    [InlineData("upgrade", "b", "upgrade cannot be added")]
    [InlineData("Content-Length", "1", "Content-Length cannot be added")]
    [InlineData("Content-Type", "a/b", "Content-Type cannot be added")]
    [InlineData("Transfer-Encoding", "chunked", "Transfer-Encoding cannot be added")]
    [InlineData("Sec-WebSocket-Accept", "b", "Sec-WebSocket-Accept cannot be added")]
    [InlineData("sec-websocket-protocol", "b", "sec-websocket-protocol cannot be added")]
    [InlineData("Sec-WebSocket-Extensions", "b", "Sec-WebSocket-Extensions cannot be added")]
    public void Header_that_would_break_the_response_is_refused_before_anything_is_written(string name, string value, string fragment)
    {
        ArrayBufferWriter<byte> output = new();
        KeyValuePair<string, string>[] headers = [new("Ok", "ok"), new(name, value)];
        ArgumentException exception = Assert.Throws<ArgumentException>(() => ResponseWriter.WriteSwitchingProtocols(output, new byte[28], null, null, headers));
        Assert.Contains(fragment, exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<ArgumentException>(() => ResponseWriter.WriteReply(output, 200, null, headers, [], omitBody: false));
        Assert.Contains(fragment, exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Content_type_and_subprotocol_cannot_break_the_response_either()
    {
        ArrayBufferWriter<byte> output = new();
        Assert.Throws<ArgumentException>(() => ResponseWriter.WriteReply(output, 200, "a\r\nb: c", [], [], omitBody: false));
        Assert.Throws<ArgumentException>(() => ResponseWriter.WriteSwitchingProtocols(output, new byte[28], "a\r\nb: c", null, []));
        Assert.Throws<ArgumentException>(() => ResponseWriter.WriteSwitchingProtocols(output, new byte[28], "", null, []));
        Assert.Equal(0, output.WrittenCount);
    }

    private static string Text(Action<IBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> output = new();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
