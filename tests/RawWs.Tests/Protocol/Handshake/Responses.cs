using System.Buffers;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

/// <summary>Makes responses, cuts them, and reads them as a client would.</summary>
internal static class Responses
{
    /// <summary>The key of RFC 6455 section 1.3.</summary>
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    /// <summary>The server's handshake of RFC 6455 section 1.3.</summary>
    public const string Rfc6455Answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n";

    /// <summary>A response with this status line and these header lines.</summary>
    public static string Response(string statusLine, params string[] lines) => $"{statusLine}\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n";

    /// <summary>A right answer to <see cref="Key"/> in which each given line replaces the lines of its name, or is added; a name with a colon alone removes them.</summary>
    public static string Answer(params string[] changes) => Answer("HTTP/1.1 101 Switching Protocols", changes);

    public static string Answer(string statusLine, string[] changes)
    {
        List<string> lines = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="];
        foreach (string name in changes.Select(NameOf).Distinct())
            lines.RemoveAll(line => NameOf(line) == name);
        lines.AddRange(changes.Where(line => !line.EndsWith(':')));
        return Response(statusLine, [.. lines]);

        static string NameOf(string line) => line[..line.IndexOf(':', StringComparison.Ordinal)];
    }

    /// <summary>Reads a complete head that came in one piece.</summary>
    public static ResponseHead ReadResponse(string response, HeadLimits? limits = null)
    {
        ReadOnlySequence<byte> input = new(Bytes(response));
        Assert.True(new ResponseReader(limits ?? Limits).TryRead(ref input, out ResponseHead? head), "The response is incomplete");
        return head;
    }

    /// <summary>What the reader makes of bytes that grow by the given steps, in segments of the given lengths: the head, the refusal or "not yet".</summary>
    public static string ResponseOutcome(byte[] bytes, Func<int> nextStep, Func<int> nextSegment, HeadLimits? limits = null)
    {
        ResponseReader reader = new(limits ?? Limits);
        for (int count = Math.Min(nextStep(), bytes.Length); ; count = Math.Min(count + nextStep(), bytes.Length))
        {
            ReadOnlySequence<byte> input = Cut(bytes[..count], nextSegment);
            try
            {
                if (reader.TryRead(ref input, out ResponseHead? head))
                    return $"1.{head.MinorVersion} {head.Status} {head.Reason} {string.Join(", ", head.Headers.All())}, used {count - input.Length}";
            }
            catch (WebSocketHandshakeException refusal)
            {
                Assert.Equal(0, refusal.Status);
                Assert.Equal(count, input.Length);
                return $"illegal: {refusal.Message}";
            }
            Assert.Equal(count, input.Length);
            if (count == bytes.Length)
                return "not yet";
        }
    }
}
