using System.Buffers;
using System.Text;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;
using static RawWs.Tests.Protocol.Handshake.Responses;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class ResponseBodyTests
{
    private const string Chunked = "Transfer-Encoding: chunked";

    [Theory]
    [InlineData("Content-Length: 5", "hello", "hello", true)]
    [InlineData("Content-Length: 5", "hello, world", "hello", true)]
    [InlineData("Content-Length: 5", "hell", "hell", false)]
    [InlineData("Content-Length: 0", "", "", true)]
    [InlineData("Content-Length: 0", "x", "", true)]
    [InlineData("Content-Length: 99999999999", "0123456789abcdef", "0123456789", true)]
    [InlineData("X: y", "hello", "hello", false)]                                          // until the end of the stream
    [InlineData("X: y", "0123456789abcdef", "0123456789", true)]
    [InlineData("Transfer-Encoding: gzip", "hello", "hello", false)]
    [InlineData("Transfer-Encoding: chunked, gzip", "5\r\nhel", "5\r\nhel", false)]
    [InlineData("Transfer-Encoding: gzip, Chunked", "5\r\nhello\r\n0\r\n", "hello", true)]
    [InlineData("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", "5\r\nhello\r\n0\r\n", "hello", true)]
    [InlineData("Content-Length: 2\r\nTransfer-Encoding: chunked", "5\r\nhello\r\n0\r\n", "hello", true)]
    [InlineData("Content-Length: 5\r\nContent-Length: 5", "hello", "hello", true)]
    [InlineData("Content-Length: 5\r\nContent-Length: 6", "hello", "", true)]                // a length that nobody can trust
    [InlineData("Content-Length: -1", "hello", "", true)]
    [InlineData("Content-Length: +5", "hello", "", true)]
    [InlineData("Content-Length: 5, 5", "hello", "", true)]
    [InlineData("Content-Length: 99999999999999999999", "hello", "", true)]
    [InlineData(Chunked, "5\r\nhello\r\n0\r\n\r\n", "hello", true)]
    [InlineData(Chunked, "5\r\nhello\r\n0\r\n", "hello", true)]
    [InlineData(Chunked, "5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n", "hello", true)]
    [InlineData(Chunked, "2\r\nhe\r\n003\r\nllo\r\n0\r\n", "hello", true)]
    [InlineData(Chunked, "5;a=b;c=\"d\"\r\nhello\r\n5 \t; x\r\nworld\r\n0;z\r\n", "helloworld", true)]
    [InlineData(Chunked, "00000000000000A\r\n0123456789\r\n1\r\nx", "0123456789", true)]
    [InlineData(Chunked, "a\r\n0123456789\r\n", "0123456789", true)]
    [InlineData(Chunked, "fffffffffffffff\r\n0123456789", "0123456789", true)]
    [InlineData(Chunked, "5\r\nhello\r\n5\r\nwor", "hellowor", false)]
    [InlineData(Chunked, "5\r\nhello\r\n5\r", "hello", false)]
    [InlineData(Chunked, "0\r\n", "", true)]
    public void The_body_is_what_its_framing_says(string headers, string wire, string text, bool isComplete) =>
        Assert.Equal((text, isComplete), Outcome("HTTP/1.1 404 x", headers, wire));

    [Theory]
    [InlineData("5\nhello\r\n", "")]
    [InlineData("5\rhello\r\n", "")]
    [InlineData("\r\n5\r\nhello\r\n", "")]
    [InlineData("g\r\nhello\r\n", "")]
    [InlineData("-5\r\nhello\r\n", "")]
    [InlineData("0x5\r\nhello\r\n", "")]
    [InlineData("; x\r\nhello\r\n", "")]
    [InlineData("1000000000000000\r\nhello\r\n", "")]             // 16 digits
    [InlineData("5;\0\r\nhello\r\n", "")]
    [InlineData("5\r\nhellox\r\n5\r\nworld\r\n", "hello")]
    [InlineData("5\r\nhello\n5\r\nworld\r\n", "hello")]
    [InlineData("5\r\nhello!\n5\r\nworld\r\n", "hello")]
    [InlineData("5\r\nhello\r5\r\nworld\r\n", "hello")]
    [InlineData("5\r\nhello\r\n\r\n", "hello")]
    public void Broken_chunks_end_the_body_where_they_break(string wire, string text) => Assert.Equal((text, true), Outcome("HTTP/1.1 404 x", Chunked, wire));

    [Fact]
    public void An_extension_of_a_chunk_is_not_endless()
    {
        Assert.Equal(("hello", false), Outcome("HTTP/1.1 404 x", Chunked, $"5;{new string('a', 1024)}\r\nhello"));
        Assert.Equal(("", true), Outcome("HTTP/1.1 404 x", Chunked, $"5;{new string('a', 1025)}\r\nhello"));
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content")]
    [InlineData("HTTP/1.1 304 Not Modified")]
    [InlineData("HTTP/1.1 100 Continue")]
    public void Some_statuses_have_no_body_whatever_the_headers_say(string statusLine) => Assert.Equal(("", true), Outcome(statusLine, "Content-Length: 5", "hello"));

    [Fact]
    public void No_byte_is_looked_at_twice_and_none_is_kept_beyond_the_limit()
    {
        ResponseBody body = new(ReadResponse(Response("HTTP/1.1 404 x")), 4096);
        ReadOnlySequence<byte> input = new(new byte[100_000]);
        Assert.True(body.TryRead(ref input));
        Assert.True(input.IsEmpty);
        Assert.Equal(4096, body.Bytes.Length);
    }

    /// <summary>The same in one piece, byte by byte, and in segments of one byte.</summary>
    private static (string Text, bool IsComplete) Outcome(string statusLine, string headers, string wire)
    {
        const int maxBytes = 10;
        ResponseHead head = ReadResponse(Response(statusLine, headers));
        ResponseBody whole = new(head, maxBytes);
        ReadOnlySequence<byte> input = new(Bytes(wire));
        bool isComplete = whole.TryRead(ref input);
        Assert.True(input.IsEmpty);

        ResponseBody segments = new(head, maxBytes);
        input = Cut(Bytes(wire), () => 1);
        Assert.Equal(isComplete, segments.TryRead(ref input));
        Assert.Equal(whole.Bytes.ToArray(), segments.Bytes.ToArray());

        ResponseBody dripped = new(head, maxBytes);
        input = default;
        bool isDripComplete = dripped.TryRead(ref input);
        foreach (byte value in Bytes(wire))
        {
            input = new(new[] { value });
            bool next = dripped.TryRead(ref input);
            Assert.True(next || !isDripComplete, "What was complete is complete");
            isDripComplete = next;
        }
        Assert.Equal(isComplete, isDripComplete);
        Assert.Equal(whole.Bytes.ToArray(), dripped.Bytes.ToArray());
        return (Encoding.Latin1.GetString(whole.Bytes.Span), isComplete);
    }
}
