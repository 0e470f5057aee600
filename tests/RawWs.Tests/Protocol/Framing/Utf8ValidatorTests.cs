using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using RawWs.Protocol.Framing;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Protocol.Framing;

public class Utf8ValidatorTests
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Bytes, and the index of the first that no valid text can have there.</summary>
    public static TheoryData<string, int> Bad => new()
    {
        { "80", 0 },                                          // continuation byte alone
        { "bf", 0 },
        { "41 80", 1 },
        { "c3 a4 a4", 2 },                                    // one continuation byte too many
        { "c0", 0 },                                          // always overlong
        { "c1 bf", 0 },
        { "c2 41", 1 },                                       // continuation byte missing
        { "c2 c2", 1 },
        { "c2 7f", 1 },
        { "e0 80", 1 },                                       // overlong: below U+0800
        { "e0 9f bf", 1 },
        { "e2 82 41", 2 },
        { "e2 28 a1", 1 },
        { "ed a0", 1 },                                       // surrogates U+D800 to U+DFFF
        { "ed af bf", 1 },
        { "ed b0 80", 1 },
        { "ed bf bf", 1 },
        { "f0 80", 1 },                                       // overlong: below U+10000
        { "f0 8f bf bf", 1 },
        { "f0 90 80 41", 3 },
        { "f0 90 41", 2 },
        { "f1 7f", 1 },
        { "f4 90", 1 },                                       // above U+10FFFF
        { "f4 bf bf bf", 1 },
        { "f5", 0 },
        { "f7 bf bf bf", 0 },
        { "f8 88 80 80 80", 0 },                              // forms of five and six bytes
        { "fc 84 80 80 80 80", 0 },
        { "fe", 0 },
        { "ff", 0 },
        { "ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80", 12 },  // "kosme" in Greek, then a surrogate
        { "ce ba e1 bd b9 cf 83 ce bc ce b5 f4 90 80 80", 12 },
    };

    /// <summary>The first and last character of each length and on both sides of each gap.</summary>
    public static TheoryData<string> Good => new(
        "", "00", "7f", "c2 80", "df bf", "e0 a0 80", "ed 9f bf", "ee 80 80", "ef bf bd", "ef bf be", "ef bf bf",
        "f0 90 80 80", "f4 8f bf bf", "ef bb bf", "f0 9f bf be", "ce ba e1 bd b9 cf 83 ce bc ce b5");

    [Theory]
    [MemberData(nameof(Bad))]
    public void The_first_bad_byte_is_refused_wherever_the_cuts_are(string hex, int bad)
    {
        byte[] bytes = Bytes.Hex(hex);
        Assert.Equal(bad, FirstRefused(Bytes.OneByteEach(bytes)));
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            byte[][] pieces = Bytes.Cut(bytes, cut);
            Assert.True(FirstRefused(pieces) == (bad < cut ? 0 : 1), $"{hex} cut at {cut}");
        }
        Assert.True(new Utf8Validator().TryAppend(bytes.AsSpan(0, bad)), "the bytes before it are refused");
        Assert.False(new Utf8Validator().TryAppend(bytes.AsSpan(0, bad + 1)), "the byte itself is taken");
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void The_first_bad_byte_is_refused_behind_and_before_long_text(string hex, int bad)
    {
        for (int before = 0; before < 140; before++)
        {
            byte[] text = [.. Enumerable.Repeat((byte)'x', before), .. Bytes.Hex(hex), .. Enumerable.Repeat((byte)'y', 70)];
            Assert.True(new Utf8Validator().TryAppend(text.AsSpan(0, before + bad)), $"{hex} behind {before} letters: good bytes are refused");
            Assert.False(new Utf8Validator().TryAppend(text.AsSpan(0, before + bad + 1)), $"{hex} behind {before} letters: the bad byte is taken");
            Assert.False(new Utf8Validator().TryAppend(text), $"{hex} behind {before} letters: the whole is taken");
        }
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void Valid_text_is_taken_wherever_the_cuts_are(string hex)
    {
        byte[] bytes = Bytes.Hex(hex);
        AssertTaken(bytes, Bytes.OneByteEach(bytes));
        for (int first = 0; first <= bytes.Length; first++)
            for (int second = first; second <= bytes.Length; second++)
                AssertTaken(bytes, Bytes.Cut(bytes, first, second));
    }

    [Theory]
    [InlineData("c3")]
    [InlineData("e2 82")]
    [InlineData("f0 9f 98")]
    public void Text_that_ends_within_a_character_is_taken_and_not_complete(string hex)
    {
        byte[] bytes = Bytes.Hex(hex);
        for (int count = 1; count <= bytes.Length; count++)
        {
            Utf8Validator validator = new();
            Assert.True(validator.TryAppend(bytes.AsSpan(0, count)));
            Assert.False(validator.IsComplete);
        }
    }

    /// <summary>All characters and all ways to fail: each prefix that may become a character is followed by each byte.</summary>
    [Fact]
    public void Every_sequence_of_up_to_4_bytes_is_judged_at_its_last_byte()
    {
        int characters = 0;
        byte[] sequence = new byte[4];
        Follow(length: 1);
        Assert.Equal(0x110000 - 0x800, characters);

        void Follow(int length)
        {
            for (int last = 0; last <= 0xFF; last++)
            {
                sequence[length - 1] = (byte)last;
                ReadOnlySpan<byte> seen = sequence.AsSpan(0, length);
                OperationStatus expected = Rune.DecodeFromUtf8(seen, out _, out _);
                Utf8Validator validator = new();
                OperationStatus judged = !validator.TryAppend(seen) ? OperationStatus.InvalidData
                    : validator.IsComplete ? OperationStatus.Done : OperationStatus.NeedMoreData;
                if (expected != judged) Assert.Fail($"{Bytes.ToHex(seen)} is {expected}, judged {judged}");
                if (judged == OperationStatus.Done) characters++;
                if (judged == OperationStatus.NeedMoreData) Follow(length + 1);
            }
        }
    }

    [Fact]
    public void Random_text_is_judged_as_the_frameworks_strict_decoder_judges_it()
    {
        const int Seed = 3629;
        Random random = new(Seed);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = RandomText(random);
            for (int damage = random.Next(3); damage > 0 && bytes.Length > 0; damage--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(0x100);
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length + 1)];

            Utf8Validator validator = new();
            byte[][] pieces = Bytes.Cut(bytes, [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(bytes.Length + 1))]);
            bool judged = Array.TrueForAll(pieces, piece => validator.TryAppend(piece)) && validator.IsComplete;
            Assert.True(IsValid(bytes) == judged, $"seed {Seed}, round {round}: {Bytes.ToHex(bytes)} judged {judged}");
        }
    }

    [Fact]
    public void The_state_of_a_connections_text_fits_in_8_bytes() => Assert.True(Unsafe.SizeOf<Utf8Validator>() <= 8);

    private static int FirstRefused(byte[][] pieces)
    {
        Utf8Validator validator = new();
        return Array.FindIndex(pieces, piece => !validator.TryAppend(piece));
    }

    private static void AssertTaken(byte[] bytes, byte[][] pieces)
    {
        Utf8Validator validator = new();
        foreach (byte[] piece in pieces) Assert.True(validator.TryAppend(piece), $"{Bytes.ToHex(bytes)} refused at {Bytes.ToHex(piece)}");
        Assert.True(validator.IsComplete, $"{Bytes.ToHex(bytes)} is not complete");
    }

    private static byte[] RandomText(Random random)
    {
        int[] bounds = [0x80, 0x800, 0x10000, 0x110000];
        StringBuilder text = new();
        for (int count = random.Next(60); count > 0; count--)
        {
            int value = random.Next(bounds[random.Next(bounds.Length)]);
            if (Rune.TryCreate(value, out Rune rune)) text.Append(rune);
        }
        return Strict.GetBytes(text.ToString());
    }

    private static bool IsValid(byte[] bytes)
    {
        try
        {
            Strict.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
