using System.Buffers;
using RawWs.Protocol.Compression;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;
using static RawWs.Tests.Protocol.Handshake.Responses;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class ResponseReaderTests
{
    private static readonly HeadLimits Small = new(MaxLineBytes: 40, MaxHeadBytes: 100, MaxHeaders: 3);

    public static TheoryData<string, string> Illegal => new()
    {
        { "\x15", "at \"\\x15\": It is TLS" },
        { "\x16", "at \"\\x16\": It is TLS" },
        { "\0", "at \"\\x00\": It begins like a frame of HTTP/2" },
        { "\r\n", "at \"\": It does not begin with HTTP/ (RFC 9112 section 4)" },
        { "SSH-2.0-OpenSSH_9.6\r\n", "at \"SSH-2.0-OpenSSH_9.6\": It does not begin with HTTP/" },
        { "-ERR unknown command 'GET'\r\n", "at \"-ERR unknown command 'GET'\": It does not begin with HTTP/" },
        { "http/1.1 101 Switching Protocols\r\n", "HTTP is not in capitals (RFC 9112 section 2.3)" },
        { "HTTP\r\n", "It does not begin with HTTP/" },
        { "HTTX\n", "It does not begin with HTTP/" },
        { "HTT\n", "LF alone" },
        { "\x81\x02", "at \"\\x81\": It does not begin with HTTP/" },
        { "HTTP/\r\n", "version" },
        { "HTTP/1\r\n", "version" },
        { "HTTP/1.\r\n", "version" },
        { "HTTP/1.2 101 x\r\n", "at \"HTTP/1.2 101 x\": The version is neither HTTP/1.1 nor HTTP/1.0 (RFC 9112 section 2.3)" },
        { "HTTP/0.9 101 x\r\n", "version" },
        { "HTTP/2 200 \r\n", "version" },
        { "HTTP/2.0 101 x\r\n", "version" },
        { "HTTP/1.11 101 x\r\n", "No space stands behind the version" },
        { "HTTP/1.1\r\n", "No space stands behind the version" },
        { "HTTP/1.1\t101 x\r\n", "No space stands behind the version" },
        { "HTTP/1.1  101 x\r\n", "The status is not a number from 100 to 999 (RFC 9112 section 4)" },
        { "HTTP/1.1 \r\n", "The status is not a number" },
        { "HTTP/1.1 10\r\n", "The status is not a number" },
        { "HTTP/1.1 099 x\r\n", "The status is not a number" },
        { "HTTP/1.1 000 x\r\n", "The status is not a number" },
        { "HTTP/1.1 1O1 x\r\n", "The status is not a number" },
        { "HTTP/1.1 -01 x\r\n", "The status is not a number" },
        { "HTTP/1.1 1010 x\r\n", "No space stands behind the status (RFC 9112 section 4)" },
        { "HTTP/1.1 101x\r\n", "No space stands behind the status" },
        { "HTTP/1.1 101 x\n", "at \"HTTP/1.1 101 x\": A line ends with LF alone (RFC 9112 section 2.2)" },
        { "HTTP/1.1 101 x\ry", "at \"HTTP/1.1 101 x\": A CR stands without its LF (RFC 9112 section 2.2)" },
        { "HTTP/1.1 101 \x1b", "at \"HTTP/1.1 101 \": The control character 0x1b stands in it (RFC 9110 section 5.5)" },
        { "HTTP/1.1 101 x\r\nA: b\n", "at \"A\": A line ends with LF alone" },
        { "HTTP/1.1 101 x\r\nA: b\rc", "at \"A\": A CR stands without its LF" },
        { "HTTP/1.1 101 x\r\n\n", "LF alone" },
        { "HTTP/1.1 101 x\r\nA: \0", "at \"A\": The control character 0x00" },
        { "HTTP/1.1 101 x\r\nA: \x7f", "The control character 0x7f" },
        { "HTTP/1.1 101 x\r\nA: b\r\n c\r\n", "A header line begins with white space (RFC 9112 section 5.2)" },
        { "HTTP/1.1 101 x\r\nA : b\r\n", "at \"A\": White space stands between a header's name and its colon (RFC 9112 section 5.1)" },
        { "HTTP/1.1 101 x\r\nAb\r\n", "at \"Ab\": A header line has no colon (RFC 9112 section 5)" },
        { "HTTP/1.1 101 x\r\n: b\r\n", "A header's name is not a token (RFC 9110 section 5.1)" },
        { "HTTP/1.1 101 x\r\nA\xe9: b\r\n", "at \"A\\xe9\": A header's name is not a token" },
    };

    [Theory, MemberData(nameof(Illegal))]
    public void Illegal_bytes_are_refused_as_soon_as_they_are_known_and_however_they_are_cut(string response, string fragment)
    {
        string whole = ResponseOutcome(Bytes(response), () => int.MaxValue / 2, () => int.MaxValue);
        Assert.StartsWith("illegal: The server's answer is illegal at ", whole, StringComparison.Ordinal);
        Assert.Contains(fragment, whole, StringComparison.Ordinal);
        Assert.Equal(whole, ResponseOutcome(Bytes(response), () => 1, () => int.MaxValue));
        Assert.Equal(whole, ResponseOutcome(Bytes(response), () => int.MaxValue / 2, () => 1));
        Assert.Equal(whole, ResponseOutcome(Bytes(response), () => 1, () => 1));
        Assert.Equal("not yet", ResponseOutcome(Bytes(response)[..^1], () => int.MaxValue / 2, () => int.MaxValue));
    }

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n", "1.1 101 Switching Protocols ")]
    [InlineData("HTTP/1.1 200 \r\n\r\n", "1.1 200  ")]
    [InlineData("HTTP/1.1 200\r\n\r\n", "1.1 200  ")]
    [InlineData("HTTP/1.0 404 Not\tFound \r\n\r\n", "1.0 404 Not\tFound  ")]
    [InlineData("HTTP/1.1 599 \xe9\r\nA: \xe9\tb\r\nB:\r\nC:c\r\na: d\r\n\r\n", "1.1 599 \xe9 [A, \xe9\tb], [B, ], [C, c], [a, d]")]
    [InlineData("HTTP/1.1 999 x\r\n\r\n", "1.1 999 x")]
    [InlineData(Rfc6455Answer, "1.1 101 Switching Protocols [Upgrade, websocket]")]
    public void Every_prefix_is_not_yet_and_consumes_nothing_and_the_whole_consumes_itself(string response, string start)
    {
        byte[] bytes = Bytes(response);
        for (int length = 0; length < bytes.Length; length++)
        {
            ReadOnlySequence<byte> input = new(bytes, 0, length);
            Assert.False(new ResponseReader(Limits).TryRead(ref input, out ResponseHead? none));
            Assert.Null(none);
            Assert.Equal(length, input.Length);
        }
        byte[] frames = [.. bytes, 0x81, 0x00, 0x0d, 0x0a, 0x0d, 0x0a];
        string whole = ResponseOutcome(frames, () => frames.Length, () => int.MaxValue);
        Assert.StartsWith(start, whole, StringComparison.Ordinal);
        Assert.EndsWith($", used {bytes.Length}", whole, StringComparison.Ordinal);
        Assert.Equal(whole, ResponseOutcome(frames, () => 1, () => int.MaxValue));
        Assert.Equal(whole, ResponseOutcome(frames, () => frames.Length, () => 1));
        Assert.Equal(whole, ResponseOutcome(frames, () => 1, () => 1));
        Assert.Equal(whole, ResponseOutcome(frames, () => 3, () => 7));
    }

    [Fact]
    public void Bytes_that_were_searched_are_not_searched_again()
    {
        ResponseReader reader = new(Limits);
        ReadOnlySequence<byte> input = new(Bytes("HTTP/1.1 101 x\r\nA: bbbb"));
        Assert.False(reader.TryRead(ref input, out _));
        // line feeds that nobody may look for any more
        input = new(Bytes("HTTP/1.1 101 x\r\nA: b\n\nb\r\n\r\n"));
        Assert.True(reader.TryRead(ref input, out ResponseHead? head));
        Assert.Equal("b\n\nb", head.Headers.Find("A"));
    }

    [Theory]
    [InlineData("HTTP/1.1 101 aaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n", "illegal: The server's answer is illegal at \"HTTP/1.1 101 aaaaaaaaaaaaaaaaaaaaaaaaaa\": The status line is too long")]   // 39 + 2 bytes
    [InlineData("HTTP/1.1 101 aaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n", "1.1 101")]                                                                     // 38 + 2 bytes
    [InlineData("HTTP/1.1 101 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "illegal: The server's answer is illegal at \"HTTP/1.1 101 aaaaaaaaaaaaaaaaaaaaaaaaaaa\": The status line is too long")]   // no line end in sight
    [InlineData("HTTP/1.1 101 x\r\nA: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n\r\n", "illegal: The server's answer is illegal at \"A\": A header line is too long (RFC 9110 section 5.4)")]
    [InlineData("HTTP/1.1 101 x\r\nA: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n\r\n", "1.1 101")]
    [InlineData("HTTP/1.1 101 x\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "illegal: The server's answer is illegal at \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": A header line is too long")]
    [InlineData("HTTP/1.1 101 x\r\nA: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\nB: bbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\nC: ddddddddd\r\n\r\n", "illegal: The server's answer is illegal at \"\": The head is too long")]   // 101 bytes
    [InlineData("HTTP/1.1 101 x\r\nA: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\nB: bbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\nC: dddddddd\r\n\r\n", "1.1 101")]   // 100 bytes
    [InlineData("HTTP/1.1 101 x\r\nA: b\r\nB: c\r\nC: d\r\n\r\n", "1.1 101")]
    [InlineData("HTTP/1.1 101 x\r\nA: b\r\nB: c\r\nC: d\r\nD: e\r\n", "illegal: The server's answer is illegal at \"D\": It has too many header fields (RFC 9110 section 5.4)")]
    public void Limits_hold_as_the_bytes_come(string response, string start)
    {
        byte[] bytes = Bytes(response);
        string whole = ResponseOutcome(bytes, () => bytes.Length, () => int.MaxValue, Small);
        Assert.StartsWith(start, whole, StringComparison.Ordinal);
        Assert.Equal(whole, ResponseOutcome(bytes, () => 1, () => int.MaxValue, Small));
        Assert.Equal(whole, ResponseOutcome(bytes, () => 1, () => 1, Small));
    }

    [Theory]
    [InlineData(10, 100)]
    [InlineData(100, 10)]
    [InlineData(10, 10)]
    [InlineData(10, 9)]
    [InlineData(30, 40)]
    [InlineData(16, 29)]
    public void The_limit_that_is_passed_first_answers_however_the_bytes_are_cut(int line, int head)
    {
        foreach (string response in (string[])["HTTP/1.1 101 x\r\nA: bbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n\r\n", "HTTP/1.1 \x01\x30", "HTTP/1.1 1\r01", "HTTP/1.1 \r\n1"])
        {
            HeadLimits limits = new(line, head, 0);
            string dripped = ResponseOutcome(Bytes(response), () => 1, () => int.MaxValue, limits);
            for (int step = 2; step <= response.Length; step++)
                Assert.Equal(dripped, ResponseOutcome(Bytes(response), () => step, () => int.MaxValue, limits));
        }
    }

    [Fact]
    public void What_is_quoted_is_never_long_and_never_the_value_of_a_header()
    {
        string longest = ResponseOutcome(Bytes(new string('a', 20_000)), () => 20_000, () => int.MaxValue);
        Assert.Equal($"illegal: The server's answer is illegal at \"{new string('a', 64)}...\": It does not begin with HTTP/ (RFC 9112 section 4)", longest);

        foreach (string line in (string[])["Set-Cookie: id=secret\n", "Set-Cookie id=secret\r\n", "Set-Cookie=secret\r\n", " id=secret\r\n", "Set-Cookie: id=secret" + new string('x', 9000)])
            Assert.DoesNotContain("secret", ResponseOutcome(Bytes("HTTP/1.1 101 x\r\n" + line), () => 20_000, () => int.MaxValue), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mutated_responses_are_read_or_refused_and_the_same_however_they_are_cut(int seed)
    {
        Random random = new(seed);
        byte[] valid = Bytes(Rfc6455Answer);
        string interesting = "\r\n\0\t :;,/=\x7f\x80HTTP1.0";
        for (int round = 0; round < 3000; round++)
        {
            List<byte> bytes = [.. valid];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int at = random.Next(bytes.Count);
                byte value = random.Next(2) == 0 ? (byte)interesting[random.Next(interesting.Length)] : (byte)random.Next(256);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] = value;
                        break;
                    case 1:
                        bytes.Insert(at, value);
                        break;
                    case 2:
                        bytes.RemoveAt(at);
                        break;
                    default:
                        bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                        break;
                }
            }
            byte[] response = [.. bytes];
            string whole = ResponseOutcome(response, () => response.Length, () => int.MaxValue);
            string cut = ResponseOutcome(response, () => random.Next(1, 60), () => random.Next(1, 30));
            Assert.True(whole == cut, $"seed {seed}, round {round}: {Convert.ToHexString(response)}: {whole} but {cut}");
            if (whole.StartsWith("1.", StringComparison.Ordinal))
                Judge(response);
        }
    }

    /// <summary>What the reader let through may be refused further on, but nothing else may happen to it.</summary>
    private static void Judge(byte[] response)
    {
        ReadOnlySequence<byte> input = new(response);
        Assert.True(new ResponseReader(Limits).TryRead(ref input, out ResponseHead? head));
        try
        {
            Assert.Contains(ClientHandshake.Check(head, Bytes(Key), ["chat"], new DeflateOffer(true, true, 15)).Subprotocol, (string?[])[null, "chat"]);
        }
        catch (WebSocketHandshakeException refusal)
        {
            Assert.Equal(head.Status, refusal.Status);
        }
    }
}
