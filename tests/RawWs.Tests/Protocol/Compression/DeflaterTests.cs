using System.Text;
using RawWs.Protocol.Compression;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Protocol.Compression;

public sealed class DeflaterTests
{
    public static TheoryData<int, int> LevelsAndWindows => [.. from level in (int[])[1, 2, 3, 6, 9] from bits in Enumerable.Range(9, 7) select (level, bits)];

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(9)]
    public void The_examples_of_RFC_7692_are_written(int level)
    {
        using Deflater deflater = new(level, 15, 8);
        Assert.Equal("f2 48 cd c9 c9 07 00", Deflate(deflater, "Hello", DeflateFlush.Sync));    // section 7.2.3.1
        if (level > 1)                                                  // the first level does not look for so little
            Assert.Equal("f2 00 11 00 00", Deflate(deflater, "Hello", DeflateFlush.Sync));      // 7.2.3.2
        Assert.Equal("00", Deflate(deflater, "", DeflateFlush.Sync));   // 7.2.3.6
    }

    [Fact]
    public void A_message_may_be_two_blocks()                           // 7.2.3.5
    {
        using Deflater deflater = new(6, 15, 8);
        byte[] output = new byte[64];
        Assert.True(deflater.TryDeflate("He"u8, output, DeflateFlush.Sync, out int first));
        Assert.True(deflater.TryDeflate("llo"u8, output.AsSpan(first), DeflateFlush.Sync, out int second));
        Assert.Equal("f2 48 05 00 00 00 ff ff ca c9 c9 07 00 00 00 ff ff", Bytes.ToHex(output.AsSpan(0, first + second)));
    }

    [Theory]
    [InlineData(DeflateFlush.Sync)]
    [InlineData(DeflateFlush.Full)]
    public void Every_message_has_its_own_end_though_it_be_empty(object flush)
    {
        using Deflater deflater = new(6, 15, 8);
        using Inflater inflater = new(15);
        foreach (string text in (string[])["", "", "Hello", "", "", "Hello", ""])
        {
            byte[] message = Messages.Deflate(deflater, Encoding.ASCII.GetBytes(text), (DeflateFlush)flush);
            if (text.Length == 0) Assert.Equal("00", Bytes.ToHex(message));
            Assert.Equal(text, Encoding.ASCII.GetString(Messages.Inflate(inflater, message)));
        }
        Assert.False(deflater.TryDeflate([], new byte[4], (DeflateFlush)flush, out int written));
        Assert.Equal(0, written);
    }

    [Theory]
    [InlineData(DeflateFlush.None)]
    [InlineData(DeflateFlush.Sync)]
    [InlineData(DeflateFlush.Full)]
    public void A_message_comes_out_whole_however_it_went_in(object between)
    {
        byte[] content = Samples.Text(new Random(1), 5000);
        foreach (int piece in (int[])[1, 7, 1000, 4999])
        {
            using Deflater deflater = new(6, 15, 8);
            byte[] output = new byte[100_000];
            int total = 0;
            for (int begin = 0; begin < content.Length; begin += piece)
            {
                Assert.True(deflater.TryDeflate(content.AsSpan(begin, Math.Min(piece, content.Length - begin)), output.AsSpan(total), (DeflateFlush)between, out int written));
                total += written;
            }
            Assert.True(deflater.TryDeflate([], output.AsSpan(total), DeflateFlush.Sync, out int last));
            Assert.Equal(content, Messages.Inflate(output.AsSpan(0, total + last - 4)));
        }
    }

    [Fact]
    public void Output_without_room_is_told_and_nothing_is_written_behind_it()
    {
        byte[] content = Samples.Random(new Random(2), 300);
        byte[] output = new byte[600];
        for (int room = 0; room < 400; room++)
        {
            using Deflater deflater = new(6, 15, 8);
            output.AsSpan().Fill(0xAA);
            bool fits = deflater.TryDeflate(content, output.AsSpan(0, room), DeflateFlush.Sync, out int written);
            Assert.Equal(room > 310, fits);                             // 300 bytes, 5 around each of two stored blocks
            Assert.InRange(written, 0, room);
            Assert.Equal(-1, output.AsSpan(room).IndexOfAnyExcept((byte)0xAA));
            if (fits) Assert.Equal(content, Messages.Inflate(output.AsSpan(0, written - 4)));
        }
    }

    [Theory]
    [InlineData(0, 64)]
    [InlineData(1024, 1024 + 128 + 8 + 64)]
    [InlineData(1 << 30, (1 << 30) + (1 << 27) + (1 << 23) + 64)]
    [InlineData(int.MaxValue, 0x7FFFFFC7)]                              // the longest array
    public void The_room_that_is_enough_does_not_overflow(int input, int room) => Assert.Equal(room, Deflater.MaxOutput(input));

    [Theory]
    [MemberData(nameof(LevelsAndWindows))]
    public void No_distance_exceeds_the_window(int level, int windowBits)
    {
        int window = 1 << windowBits;
        Random random = new(level * 100 + windowBits);
        using Deflater deflater = new(level, windowBits, 8);
        using Inflater inflater = new(windowBits);
        byte[] part = Samples.Random(random, window - 300);             // comes again and again at every distance about the window's size
        for (int gap = 0; gap < 600; gap += 37)
        {
            byte[] content = [.. part, .. Samples.Random(random, gap), .. part];
            Assert.Equal(content, Messages.Inflate(inflater, Messages.Deflate(deflater, content, DeflateFlush.Sync), room: 1));
        }
    }

    [Theory]
    [MemberData(nameof(LevelsAndWindows))]
    public void After_a_full_flush_nothing_refers_back(int level, int windowBits)
    {
        using Deflater deflater = new(level, windowBits, 8);
        using Inflater inflater = new(windowBits);
        byte[] content = Samples.Text(new Random(3), 300);
        for (int i = 0; i < 200; i++)
        {
            byte[] message = content[(i % 50)..];
            Assert.Equal(message, Messages.Inflate(inflater, Messages.Deflate(deflater, message, DeflateFlush.Full)));
            inflater.Reset();
        }
    }

    [Theory]
    [MemberData(nameof(LevelsAndWindows))]
    public void After_a_sync_flush_a_message_refers_to_the_one_before(int level, int windowBits)
    {
        using Deflater deflater = new(level, windowBits, 8);
        using Inflater inflater = new(windowBits);
        byte[] content = Samples.Text(new Random(3), 200);
        byte[] first = Messages.Deflate(deflater, content, DeflateFlush.Sync);
        byte[] second = Messages.Deflate(deflater, content, DeflateFlush.Sync);
        Assert.InRange(second.Length, 1, first.Length / 4);
        Assert.Throws<WebSocketProtocolException>(() => Messages.Inflate(second, windowBits));
        Assert.Equal(content, Messages.Inflate(inflater, first));
        Assert.Equal(content, Messages.Inflate(inflater, second));
    }

    [Theory]
    [InlineData(10, 15, 8)]
    [InlineData(6, 16, 8)]
    [InlineData(6, 7, 8)]
    [InlineData(6, 15, 10)]
    [InlineData(6, 15, 0)]
    public void A_deflater_that_cannot_be_made_says_so(int level, int windowBits, int memoryLevel) =>
        Assert.Throws<InvalidOperationException>(() => new Deflater(level, windowBits, memoryLevel));

    [Fact]
    public void A_deflater_that_has_ended_cannot_be_used()
    {
        Deflater deflater = new(6, 15, 8);
        deflater.Dispose();
        deflater.Dispose();
        Assert.Throws<ObjectDisposedException>(() => deflater.TryDeflate([1], new byte[100], DeflateFlush.Sync, out _));
    }

    private static string Deflate(Deflater deflater, string text, DeflateFlush flush) => Bytes.ToHex(Messages.Deflate(deflater, Encoding.ASCII.GetBytes(text), flush));
}
