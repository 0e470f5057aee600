using System.Net.WebSockets;
using System.Text;
using RawWs.Protocol.Compression;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Protocol.Compression;

public sealed class InflaterTests
{
    private const string Hello = "f2 48 cd c9 c9 07 00";

    private static readonly byte[] Text = Encoding.UTF8.GetBytes(string.Join(", ", Enumerable.Range(0, 60).Select(static i => $"the number {i * 7919} and its square")));

    /// <summary>Messages that end where nothing but an empty stored block may end them, in hex, and what is in them.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Legal =>
    [
        new(Hello, "Hello"),                                            // RFC 7692 section 7.2.3.1: a fixed block
        new("00 05 00 fa ff 48 65 6c 6c 6f 00", "Hello"),               // 7.2.3.3: a stored block
        new("f3 48 cd c9 c9 07 00 00", "Hello"),                        // 7.2.3.4: a final block
        new("f2 48 05 00 00 00 ff ff ca c9 c9 07 00", "Hello"),         // 7.2.3.5: two blocks
        new("00", ""),                                                  // 7.2.3.6: no byte
        new("02 00", ""),
        new("00 00 00 ff ff 00", ""),
        new("01", ""),                                                  // the empty block of the end is final itself
        new("01 00 00 ff ff 00", ""),
        new("03 00 03 00 00", ""),
        new("f3 48 cd c9 c9 07 00 " + Hello, "HelloHello"),             // another stream after the final block
        new("f3 48 cd c9 c9 07 00 01 05 00 fa ff 48 65 6c 6c 6f f3 48 cd c9 c9 07 00 00", "HelloHelloHello"),
        new(Bytes.ToHex(Messages.Deflate(Text)), Encoding.UTF8.GetString(Text)),
        new(Bytes.ToHex(Messages.Deflate(Text, level: 1)), Encoding.UTF8.GetString(Text)),
        new(Bytes.ToHex(Messages.Deflate(Text, memoryLevel: 1)), Encoding.UTF8.GetString(Text)),
        new(Bytes.ToHex(new BlockWriter().DynamicBlock(5).FixedBlock(0).DynamicBlock(300).EndOfMessage().ToArray()), new string('a', 305)),
    ];

    [Theory]
    [MemberData(nameof(Legal))]
    [InlineData("", "")]                                                // RSV1 on a message without payload
    [InlineData("f3 48 cd c9 c9 07 00", "Hello")]                       // a final block without what should follow it
    [InlineData("03 00", "")]
    public void A_message_is_read_wherever_it_is_cut_and_whatever_room_there_is(string hex, string text)
    {
        byte[] message = Bytes.Hex(hex);
        byte[] content = Encoding.UTF8.GetBytes(text);
        using Inflater inflater = new(15);
        foreach (int room in (int[])[1, 7, Math.Max(content.Length, 1), 65536])
        {
            for (int first = 0; first <= message.Length; first++)
                Assert.Equal(content, Messages.Inflate(inflater, message, first, room: room));
            Assert.Equal(content, Messages.Inflate(inflater, message, first: 1, others: 1, room: room));
        }
    }

    [Fact]
    public void A_message_may_refer_to_the_one_before()                 // 7.2.3.2
    {
        using Inflater inflater = new(15);
        Assert.Equal("Hello"u8, Messages.Inflate(inflater, Bytes.Hex(Hello)));
        Assert.Equal("Hello"u8, Messages.Inflate(inflater, Bytes.Hex("f2 00 11 00 00")));
        Assert.Equal("Hello"u8, Messages.Inflate(inflater, Bytes.Hex("f2 00 11 00 00"), first: 1, others: 1, room: 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("02 00")]
    public void A_message_may_refer_to_one_before_an_empty_one(string empty)
    {
        using Inflater inflater = new(15);
        Messages.Inflate(inflater, Bytes.Hex(Hello));
        Messages.Inflate(inflater, Bytes.Hex(empty));
        Assert.Equal("Hello"u8, Messages.Inflate(inflater, Bytes.Hex("f2 00 11 00 00")));
    }

    [Theory]
    [InlineData("f3 48 cd c9 c9 07 00 00")]
    [InlineData(Hello + " 00 00 ff ff 01 00 00 ff ff 00")]
    [InlineData("f2 48 cd c9 c9 07 04")]                                // its last, empty block is final
    public void Nothing_may_refer_to_before_a_final_block(string hex)
    {
        using Inflater inflater = new(15);
        Assert.Equal("Hello"u8, Messages.Inflate(inflater, Bytes.Hex(hex)));
        AssertRefused(inflater, Bytes.Hex("f2 00 11 00 00"));
        inflater.Reset();
        Assert.Equal("Hello"u8, Messages.Inflate(inflater, Bytes.Hex(hex)));
        Assert.Equal("Hello"u8, Messages.Inflate(inflater, Bytes.Hex(Hello)));
    }

    [Fact]
    public void Nothing_may_refer_to_before_a_reset()
    {
        using Inflater inflater = new(15);
        Messages.Inflate(inflater, Bytes.Hex(Hello));
        inflater.Reset();
        AssertRefused(inflater, Bytes.Hex("f2 00 11 00 00"));
    }

    [Theory]
    [MemberData(nameof(Legal))]
    public void A_message_that_lacks_its_end_is_refused_with_1007(string hex, string text)
    {
        byte[] message = Bytes.Hex(hex);
        using Inflater inflater = new(15);
        for (int length = 1; length < message.Length; length++)
        {
            inflater.Reset();
            if (IsLegal(message[..length]))
                Assert.StartsWith(Encoding.UTF8.GetString(Messages.Inflate(inflater, message.AsSpan(0, length))), text, StringComparison.Ordinal);
            else
                AssertRefused(inflater, message[..length]);
        }
    }

    [Theory]
    [InlineData("f2 48 cd c9 c9")]
    [InlineData("ff ff ff")]
    [InlineData("07")]                                                  // block type 3 (RFC 1951 section 3.2.3)
    [InlineData("00 05 00 fa fe 48 65 6c 6c 6f 00")]                    // a length and its complement that do not fit
    [InlineData("f2 00 11 00 00")]                                      // refers to before the beginning
    [InlineData("f3 48 cd c9 c9 07 00 07 00")]                          // garbage after a final block
    [InlineData("04 00 fe ff")]
    [InlineData("ec ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff")]
    public void Garbage_is_refused_with_1007(string hex)
    {
        using Inflater inflater = new(15);
        AssertRefused(inflater, Bytes.Hex(hex));
        AssertRefused(inflater, Bytes.Hex(hex), first: 1);              // it stays refused until it is reset
        inflater.Reset();
        AssertRefused(inflater, Bytes.Hex(hex), first: 1);
        inflater.Reset();
        Assert.Equal("Hello"u8, Messages.Inflate(inflater, Bytes.Hex(Hello)));
    }

    [Fact]
    public void Random_bytes_do_no_worse_than_being_refused()
    {
        Random random = new(1951);
        using Inflater inflater = new(9);
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] message = new byte[random.Next(1, 60)];
            random.NextBytes(message);
            try
            {
                Messages.Inflate(inflater, message, random.Next(60), random.Next(1, 60), random.Next(1, 300));
            }
            catch (WebSocketProtocolException violation) when (violation.CloseStatus == WebSocketCloseStatus.InvalidPayloadData)
            {
                refused++;
                inflater.Reset();
            }
        }
        Assert.InRange(refused, 15_000, 20_000);
    }

    [Fact]
    public void The_end_is_found_at_every_bit_and_only_there()
    {
        using Inflater inflater = new(15);
        for (int literals = 0; literals < 24; literals++)
        {
            AssertEnds(inflater, literals, static (writer, count) => writer.FixedBlock(count));
            AssertEnds(inflater, literals, static (writer, count) => writer.FixedBlock(count, isFinal: true));
            AssertEnds(inflater, literals, static (writer, count) => writer.DynamicBlock(count));
            AssertEnds(inflater, literals, static (writer, count) => writer.DynamicBlock(count, isFinal: true));
        }
    }

    [Fact]
    public void A_block_that_would_have_its_end_within_the_tail_is_refused()
    {
        // 59 lengths of 0 are to come: 23 of them here up to the end of a byte, then the tail is 16, 10, 10, the end of the block, and five bits too many
        BlockWriter writer = new BlockWriter().DynamicHeader(lengths: 286, distances: 30);
        int singles = Enumerable.Range(3, 8).Single(count => (writer.Bits + count + 10) % 8 == 0);
        writer.Code(0, singles).Zeros(10).Zeros(13 - singles);
        Assert.Equal(0, writer.Bits % 8);
        using Inflater inflater = new(15);
        AssertRefused(inflater, writer.ToArray());
    }

    [Theory]
    [InlineData(8, 512)]                                                // zlib has no window of 256
    [InlineData(9, 512)]
    [InlineData(10, 1024)]
    [InlineData(11, 2048)]
    [InlineData(12, 4096)]
    [InlineData(13, 8192)]
    [InlineData(14, 16384)]
    [InlineData(15, 32768)]
    public void The_window_is_as_large_as_agreed_and_no_larger(int windowBits, int window)
    {
        using Inflater inflater = new(windowBits);
        byte[] longest = new BlockWriter().FixedBlockWithMatch(window, window).EndOfMessage().ToArray();
        Assert.Equal(window + 3, Messages.Inflate(inflater, longest, room: 1).Length);
        if (window == 32768) return;
        inflater.Reset();
        byte[] tooLong = new BlockWriter().FixedBlockWithMatch(window + 1, window + 1).EndOfMessage().ToArray();
        AssertRefused(inflater, tooLong, room: 1);
    }

    /// <summary>A cut of the messages of this file may be one: no byte, an empty block, all up to a final block, or up to the header of a stored one.</summary>
    private static bool IsLegal(byte[] message) =>
        Bytes.ToHex(message) is "00" or "02 00" or "01" or "03 00" or "03 00 03 00" or "f3 48 cd c9 c9 07 00" or "f3 48 cd c9 c9 07 00 01"
            or "00 00 00 ff ff 00" or "01 00 00 ff ff" or "f2 48 05 00" or "f3 48 cd c9 c9 07 00 01 05 00 fa ff 48 65 6c 6c 6f"
            or "f3 48 cd c9 c9 07 00 01 05 00 fa ff 48 65 6c 6c 6f f3 48 cd c9 c9 07 00";

    private static void AssertEnds(Inflater inflater, int literals, Func<BlockWriter, int, BlockWriter> block)
    {
        inflater.Reset();
        byte[] bare = block(new BlockWriter(), literals).ToArray();
        BlockWriter writer = block(new BlockWriter(), literals);
        bool isFinal = (bare[0] & 1) == 1;
        int blockBits = writer.Bits;
        byte[] message = isFinal ? [.. bare, 0] : writer.EndOfMessage().ToArray();
        Assert.Equal(literals, Messages.Inflate(inflater, message).Length);
        Assert.Equal(literals, Messages.Inflate(inflater, message, first: 1, others: 1, room: 1).Length);
        for (int length = 1; length < message.Length; length++)
        {
            inflater.Reset();
            if (length * 8 >= blockBits + (isFinal ? 0 : 3))
                Assert.Equal(literals, Messages.Inflate(inflater, message.AsSpan(0, length)).Length);
            else
                AssertRefused(inflater, message[..length]);
        }
    }

    private static void AssertRefused(Inflater inflater, byte[] message, int first = int.MaxValue, int room = 4096)
    {
        var violation = Assert.Throws<WebSocketProtocolException>(() => Messages.Inflate(inflater, message, first, first, room));
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, violation.CloseStatus);
    }
}
