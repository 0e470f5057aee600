using System.Text;
using RawWs.Tests.Conformance;
using Xunit;

namespace RawWs.Tests.Support;

/// <summary>The tools of the tests can tell: what they would let pass, no test would find.</summary>
public sealed class PeerDeflateTests
{
    private static readonly byte[] First = Encoding.ASCII.GetBytes("What the second message refers to, word for word");

    [Theory]
    [InlineData(9, true)]
    [InlineData(9, false)]
    [InlineData(15, true)]
    [InlineData(15, false)]
    public void Messages_come_back(int windowBits, bool takesOver)
    {
        using PeerDeflater deflater = new(takesOver, windowBits);
        using PeerInflater inflater = new(takesOver, windowBits);
        byte[] text = CompressionData.Json.Cut(0, 10_000);
        Assert.All([First, First, [], [1], text, text], message => Assert.Equal(message, inflater.Inflate(deflater.Deflate(message))));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(15)]
    public void Reference_to_an_earlier_message_is_seen(int windowBits)
    {
        using PeerDeflater deflater = new(takesOver: true, windowBits);
        deflater.Deflate(First);
        byte[] second = deflater.Deflate(First);
        Assert.True(second.Length < First.Length / 2);
        using PeerInflater inflater = new(takesOver: false, windowBits);
        Assert.ThrowsAny<Exception>(() => inflater.Inflate(second));
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(512, true)]
    [InlineData(513, false)]
    [InlineData(1000, false)]
    public void Window_of_9_bits_reaches_512_bytes_back(int distance, bool isGood)
    {
        using PeerInflater inflater = new(takesOver: false, windowBits: 9);
        byte[] stored = [.. CompressionData.Bitmap.Cut(0, distance)];
        byte[] message = [.. DeflateBytes.Stored(stored), .. DeflateBytes.Match(distance, last: false), 0x00];
        if (isGood)
            Assert.Equal([.. stored, .. stored[..3]], inflater.Inflate(message));
        else
            Assert.ThrowsAny<Exception>(() => inflater.Inflate(message));
    }
}
