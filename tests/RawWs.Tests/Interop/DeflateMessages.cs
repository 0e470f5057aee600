using System.Net.WebSockets;
using RawWs.Tests.Conformance;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>What is said to a peer that compresses: from nothing to a MiB, text and bytes, much the same again and again, and now and then noise.</summary>
internal static class DeflateMessages
{
    public static IReadOnlyList<(WebSocketMessageType Type, byte[] Payload)> All { get; } =
    [
        (WebSocketMessageType.Text, []),
        (WebSocketMessageType.Binary, []),
        (WebSocketMessageType.Text, CompressionData.Json.Cut(0, 1)),
        (WebSocketMessageType.Text, CompressionData.Json.Cut(0, 125)),
        (WebSocketMessageType.Text, CompressionData.Json.Cut(0, 1023)),
        (WebSocketMessageType.Text, CompressionData.Json.Cut(0, 1024)),
        (WebSocketMessageType.Text, CompressionData.Json.Cut(0, 1024)),
        (WebSocketMessageType.Text, CompressionData.Json.Cut(0, 5000)),
        (WebSocketMessageType.Binary, CompressionData.Json.Cut(0, 5000)),
        (WebSocketMessageType.Binary, Noise(5000)),
        (WebSocketMessageType.Binary, CompressionData.Prose.Cut(100, 40_000)),
        (WebSocketMessageType.Binary, CompressionData.Prose.Cut(0, 40_000)),
        (WebSocketMessageType.Binary, new byte[65_535]),
        (WebSocketMessageType.Binary, CompressionData.Bitmap.Cut(0, 65_536)),
        (WebSocketMessageType.Text, CompressionData.Html.Cut(0, 200_000)),
        (WebSocketMessageType.Binary, Noise(200_000)),
        (WebSocketMessageType.Binary, CompressionData.Pdf.Cut(0, 200_000)),
        (WebSocketMessageType.Text, CompressionData.Json.Cut(0, 1024 * 1024)),
        (WebSocketMessageType.Text, CompressionData.Json.Cut(0, 5000)),
    ];

    /// <summary>Compression was used in both directions, and it was worth it.</summary>
    public static void AssertUsed(long? sent, long? sentCompressed, long? received, long? receivedCompressed)
    {
        Assert.InRange(sentCompressed ?? 0, 1, (sent ?? 0) / 2);
        Assert.InRange(receivedCompressed ?? 0, 1, (received ?? 0) * 3 / 4); // a peer may compress noise
    }

    private static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        new Random(length).NextBytes(noise);
        return noise;
    }
}
