using System.Buffers;
using System.Text;
using RawWs.Protocol.Handshake;
using Xunit;

namespace RawWs.Tests.Protocol.Handshake;

/// <summary>Makes requests, cuts them, and reads them as a server would.</summary>
internal static class Requests
{
    /// <summary>The client's handshake of RFC 6455 section 1.3.</summary>
    public const string Rfc6455 =
        "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + "Origin: http://server.example.com\r\nSec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n\r\n";

    /// <summary>The defaults of a server.</summary>
    public static readonly HeadLimits Limits = new(8192, 16384, 64);

    /// <summary>Latin-1, so that a test can write any byte.</summary>
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>A plain request with these header lines.</summary>
    public static string Get(params string[] lines) => $"GET / HTTP/1.1\r\nHost: h\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n";

    /// <summary>A valid upgrade request in which each given line replaces the lines of its name, or is added; a name with a colon alone removes them.</summary>
    public static string Upgrade(params string[] changes)
    {
        List<string> lines = ["Host: localhost", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"];
        foreach (string name in changes.Select(NameOf).Distinct())
            lines.RemoveAll(line => NameOf(line) == name);
        lines.AddRange(changes.Where(line => !line.EndsWith(':')));
        return "GET /chat HTTP/1.1\r\n" + string.Concat(lines.Select(line => line + "\r\n")) + "\r\n";

        static string NameOf(string line) => line[..line.IndexOf(':', StringComparison.Ordinal)];
    }

    /// <summary>Reads a complete request that came in one piece.</summary>
    public static RequestHead Read(string request, HeadLimits? limits = null)
    {
        ReadOnlySequence<byte> input = new(Bytes(request));
        Assert.True(new RequestReader(limits ?? Limits).TryRead(ref input, out RequestHead? head), "The request is incomplete");
        return head;
    }

    public static UpgradeRequest Check(string request, params string[] allowedOrigins) =>
        OpeningHandshake.Check(Read(request), allowedOrigins, allowMissingOrigin: true, bearerPrefix: null);

    public static WebSocketHandshakeException Refused(Action action, int status, string fragment)
    {
        WebSocketHandshakeException refusal = Assert.Throws<WebSocketHandshakeException>(action);
        Assert.Contains(fragment, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(status, refusal.Status);
        return refusal;
    }

    /// <summary>A sequence whose segments have these lengths; the last takes the rest.</summary>
    public static ReadOnlySequence<byte> Cut(byte[] bytes, Func<int> nextLength)
    {
        Segment first = new(default, 0);
        Segment last = first;
        for (int start = 0; start < bytes.Length;)
        {
            int length = Math.Min(nextLength(), bytes.Length - start);
            last = last.Append(bytes.AsMemory(start, length));
            start += length;
        }
        return new(first, 0, last, last.Memory.Length);
    }

    /// <summary>What the reader makes of bytes that grow by the given steps, in segments of the given lengths: the head, the refusal or "not yet".</summary>
    public static string Outcome(byte[] bytes, Func<int> nextStep, Func<int> nextSegment, HeadLimits? limits = null)
    {
        RequestReader reader = new(limits ?? Limits);
        for (int count = Math.Min(nextStep(), bytes.Length); ; count = Math.Min(count + nextStep(), bytes.Length))
        {
            ReadOnlySequence<byte> input = Cut(bytes[..count], nextSegment);
            try
            {
                if (reader.TryRead(ref input, out RequestHead? head))
                    return $"{head.Method} {head.Path} {head.Query} {head.Host} {string.Join(", ", head.Headers.All())}, used {count - input.Length}";
            }
            catch (WebSocketHandshakeException refusal)
            {
                return $"{refusal.Status} {refusal.Message}";
            }
            Assert.Equal(count, input.Length);
            if (count == bytes.Length)
                return "not yet";
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long start)
        {
            Memory = memory;
            RunningIndex = start;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
