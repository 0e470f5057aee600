using System.Buffers;
using RawWs.Protocol.Compression;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class RequestReaderTests
{
    private static readonly HeadLimits Small = new(MaxLineBytes: 40, MaxHeadBytes: 100, MaxHeaders: 3);

    public static TheoryData<string, int, string> Illegal => new()
    {
        { "\x16", 400, "TLS" },
        { "\x80", 400, "first byte" },
        { " ", 400, "first byte" },
        { "\r\n\r\n\r\n", 400, "Too many empty lines" },
        { "\n", 400, "first byte" },
        { "\rG", 400, "CR stands without its LF" },
        { "GET / HTTP/1.1\n", 400, "LF alone" },
        { "GET / HTTP/1.1\rH", 400, "CR stands without its LF" },
        { "GET / HTTP/1.1\r\r", 400, "CR stands without its LF" },
        { "GET /\0", 400, "control character" },
        { "GET /\x7f", 400, "control character" },
        { "GET / HTTP/1.1\r\nHost: h\n", 400, "LF alone" },
        { "GET / HTTP/1.1\r\nHost: h\rX", 400, "CR stands without its LF" },
        { "GET / HTTP/1.1\r\nHost: h\r\nA: \0", 400, "control character" },
        { "GET / HTTP/1.1\r\nHost: h\r\nA: \x01", 400, "control character" },
        { "GET / HTTP/1.1\r\nHost: h\r\nA: \x7f", 400, "control character" },
        { "GET / HTTP/1.1\r\nHost: h\r\nA: \x1b", 400, "control character" },
        { "GET / HTTP/1.1\r\nA B: c\r\n", 400, "White space" },
        { "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n", 400, "Content-Length is given twice" },
        { "GET / HTTP/1.2\r\nHost: h\r\n\r\n", 505, "HTTP/1.1" },
        { "GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505, "HTTP/1.1" },
        { "GET / HTTP/2.1\r\nHost: h\r\n\r\n", 505, "HTTP/1.1" },
        { "GET / HTTP/9.9\r\n\r\n", 505, "HTTP/1.1" },
        { "GET / HTTP/1.2\r\nBad\r\n", 400, "no colon" },   // syntax is decided before the version, and the version before the host
        { "GET / HTTP/1.1\r\n\r\n", 400, "no Host" },
        { "GET / HTTP/1.1\r\nHost: h\r\nHOST: h\r\n\r\n", 400, "Host is given twice" },
        { "GET / HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n", 400, "Host is given twice" },
        { "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "Host is empty" },
        { "GET / HTTP/1.0\r\nHost: \t \r\n\r\n", 400, "Host is empty" },
        { "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400, "Host is malformed" },
        { "GET http://a/ HTTP/1.1\r\n\r\n", 400, "no Host" },
        { "GET http://a/ HTTP/1.1\r\nHost: [\r\n\r\n", 400, "Host is malformed" },
    };

    [Theory, MemberData(nameof(Illegal))]
    public void Illegal_bytes_are_refused_as_soon_as_they_are_known_and_however_they_are_cut(string request, int status, string fragment)
    {
        string whole = Outcome(Bytes(request), () => int.MaxValue / 2, () => int.MaxValue);
        Assert.StartsWith(status.ToString(), whole, StringComparison.Ordinal);
        Assert.Contains(fragment, whole, StringComparison.Ordinal);
        Assert.Equal(whole, Outcome(Bytes(request), () => 1, () => int.MaxValue));
        Assert.Equal(whole, Outcome(Bytes(request), () => int.MaxValue / 2, () => 1));
        Assert.Equal(whole, Outcome(Bytes(request), () => 1, () => 1));
        Assert.Equal("not yet", Outcome(Bytes(request)[..^1], () => int.MaxValue / 2, () => int.MaxValue));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nA: \xe9\tb\r\nB:\r\nC:c\r\n\r\n")]
    [InlineData("POST http://a:1/x?y HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n")]
    [InlineData(Rfc6455)]
    public void Every_prefix_is_not_yet_and_consumes_nothing_and_the_whole_consumes_itself(string request)
    {
        byte[] bytes = Bytes(request);
        for (int length = 0; length < bytes.Length; length++)
        {
            ReadOnlySequence<byte> input = new(bytes, 0, length);
            Assert.False(new RequestReader(Limits).TryRead(ref input, out RequestHead? none));
            Assert.Null(none);
            Assert.Equal(length, input.Length);
        }
        byte[] frames = [.. bytes, 0x81, 0x80, 0x0d, 0x0a, 0x0d, 0x0a];
        string whole = Outcome(frames, () => frames.Length, () => int.MaxValue);
        Assert.EndsWith($", used {bytes.Length}", whole, StringComparison.Ordinal);
        Assert.Equal(whole, Outcome(frames, () => 1, () => int.MaxValue));
        Assert.Equal(whole, Outcome(frames, () => frames.Length, () => 1));
        Assert.Equal(whole, Outcome(frames, () => 1, () => 1));
        Assert.Equal(whole, Outcome(frames, () => 3, () => 7));
    }

    [Fact]
    public void Bytes_that_were_searched_are_not_searched_again()
    {
        RequestReader reader = new(Limits);
        ReadOnlySequence<byte> input = new(Bytes("GET / HTTP/1.1\r\nHost: h\r\nA: bbbb"));
        Assert.False(reader.TryRead(ref input, out _));
        // line feeds that nobody may look for any more
        input = new(Bytes("GET\n/\nHTTP/1.1\n\nHost: h\r\nA: b\n\nb\r\n\r\n"));
        Assert.True(reader.TryRead(ref input, out RequestHead? head));
        Assert.Equal("b\n\nb", head.Headers.Find("A"));
    }

    [Theory]
    [InlineData("POST /aaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1", true)]      // 39 + 2 bytes
    [InlineData("GET /aaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1", false)]      // 38 + 2 bytes
    public void Request_line_over_its_limit_is_414(string line, bool isRefused)
    {
        byte[] bytes = Bytes(line + "\r\nHost: h\r\n\r\n");
        Assert.Equal(isRefused, Outcome(bytes, () => bytes.Length, () => int.MaxValue, Small).StartsWith("414 The request line is too long", StringComparison.Ordinal));
        Assert.Equal(isRefused, Outcome(bytes, () => 1, () => int.MaxValue, Small).StartsWith("414 The request line is too long", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nA: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n\r\n", "431 A header line is too long")]                                      // 39 + 2 bytes
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nA: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n\r\n", "GET /  h")]                                                            // 38 + 2 bytes
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nA: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\nB: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n\r\n", "431 The request's head is too long")]  // 101 bytes
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nA: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\nB: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n\r\n", "GET /  h")]                           // 100 bytes
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nB: c\r\n\r\n", "GET /  h")]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nB: c\r\nD: e\r\n\r\n", "431 The request has too many headers")]
    [InlineData("GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "414 The request line is too long")]                       // no line end in sight
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nA: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "431 A header line is too long")]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nA: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\nB: bbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\nC: ddddd", "431 The request's head is too long")]
    public void Limits_hold_as_the_bytes_come(string request, string start)
    {
        byte[] bytes = Bytes(request);
        string whole = Outcome(bytes, () => bytes.Length, () => int.MaxValue, Small);
        Assert.StartsWith(start, whole, StringComparison.Ordinal);
        Assert.Equal(whole, Outcome(bytes, () => 1, () => int.MaxValue, Small));
        Assert.Equal(whole, Outcome(bytes, () => 1, () => 1, Small));
    }

    [Theory]
    [InlineData(10, 100)]
    [InlineData(100, 10)]
    [InlineData(10, 10)]
    [InlineData(10, 9)]
    [InlineData(30, 40)]
    [InlineData(13, 29)]
    public void The_limit_that_is_passed_first_answers_however_the_bytes_are_cut(int line, int head)
    {
        foreach (string request in (string[])["GET / HTTP/1.1\r\nHost: h\r\nA: bbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n\r\n", "GET \x01/ HTTP/1.1\r\n", "GET / HTT\rP/1.1", "GET / HTTP/1\r.1", "GET / HTTP\r\n/1.1"])
        {
            HeadLimits limits = new(line, head, 0);
            string dripped = Outcome(Bytes(request), () => 1, () => int.MaxValue, limits);
            for (int step = 2; step <= request.Length; step++)
                Assert.Equal(dripped, Outcome(Bytes(request), () => step, () => int.MaxValue, limits));
        }
    }

    [Fact]
    public void Zero_is_no_limit()
    {
        string request = "GET /" + new string('a', 100_000) + " HTTP/1.1\r\nHost: h\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 1000)) + "\r\n";
        RequestHead head = Read(request, new(0, 0, 0));
        Assert.Equal(100_001, head.Path.Length);
        Assert.Equal(1001, head.Headers.All().Count);
    }

    [Fact]
    public void Default_limits_take_a_head_of_16_KiB_that_drips_and_not_one_byte_more()
    {
        string request = "GET / HTTP/1.1\r\nHost: h\r\n" + string.Concat(Enumerable.Repeat("A: " + new string('b', 1000) + "\r\n", 16));
        string exact = request + "B: " + new string('c', 16384 - request.Length - 7) + "\r\n\r\n";
        Assert.Equal(16384, exact.Length);
        Assert.StartsWith("GET /  h", Outcome(Bytes(exact), () => 1, () => int.MaxValue), StringComparison.Ordinal);
        Assert.StartsWith("431 The request's head", Outcome(Bytes(exact.Replace("B:", "B: ", StringComparison.Ordinal)), () => 1, () => int.MaxValue), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_thousand_headers_before_the_upgrade_are_431()
    {
        string request = "GET / HTTP/1.1\r\nHost: h\r\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"X{i}: y\r\n")) + "Upgrade: websocket\r\n\r\n";
        Refused(() => Read(request), 431, "too many headers");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mutated_requests_are_read_or_refused_and_the_same_however_they_are_cut(int seed)
    {
        Random random = new(seed);
        byte[] valid = Bytes(Rfc6455);
        string interesting = "\r\n\0\t :;,/?#%[]@\\\"=\x7f\x80HTTP1.0";
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
            byte[] request = [.. bytes];
            string whole = Outcome(request, () => request.Length, () => int.MaxValue);
            string cut = Outcome(request, () => random.Next(1, 60), () => random.Next(1, 30));
            Assert.True(whole == cut, $"seed {seed}, round {round}: {Convert.ToHexString(request)}: {whole} but {cut}");
            if (whole.StartsWith("GET", StringComparison.Ordinal))
                Judge(request);
        }
    }

    /// <summary>What the reader let through may be refused further on, but nothing else may happen to it.</summary>
    private static void Judge(byte[] request)
    {
        ReadOnlySequence<byte> input = new(request);
        Assert.True(new RequestReader(Limits).TryRead(ref input, out RequestHead? head));
        try
        {
            HostRule.IsAllowed(head, ["server.example.com"], loopbackListener: true);
            new PathTemplate("/{room}").TryMatch(head.PathBytes, out _);
            OpeningHandshake.Check(head, [], allowMissingOrigin: true, bearerPrefix: null);
            DeflateOffers.TryAgree(head, new(), out _);
        }
        catch (WebSocketHandshakeException refusal)
        {
            Assert.InRange(refusal.Status, 400, 426);
        }
    }
}
