using RawWs.Protocol.Framing;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Protocol.Framing;

public class FrameMaskTests
{
    private const int MoreThanEveryStep = 64 + 32 + 16 + 8 + 7;
    private static readonly byte[] Key = Bytes.Hex("37 fa 21 3d");

    [Theory]
    [InlineData("48 65 6c 6c 6f", "7f 9f 4d 51 58")]    // "Hello", RFC 6455 section 5.7
    [InlineData("", "")]
    public void The_example_of_the_RFC_is_masked_and_unmasked(string plain, string masked)
    {
        byte[] data = Bytes.Hex(plain);
        FrameMask.Apply(data, KeyFrom(Key, 0));
        Assert.Equal(masked, Bytes.ToHex(data));
        FrameMask.Apply(data, KeyFrom(Key, 0));
        Assert.Equal(plain, Bytes.ToHex(data));
    }

    [Fact]
    public void Byte_i_is_xored_with_byte_i_modulo_4_of_the_key_at_any_length_and_alignment()
    {
        for (int length = 0; length <= 2 * MoreThanEveryStep; length++)
            for (int start = 0; start < 8; start++)
            {
                byte[] data = Pattern(start + length + 8);
                byte[] expected = [.. data];
                MaskOneByOne(expected.AsSpan(start, length), Key, 0);

                uint next = FrameMask.Apply(data.AsSpan(start, length), KeyFrom(Key, 0));

                Assert.True(expected.AsSpan().SequenceEqual(data), $"{length} bytes from {start}");
                Assert.Equal(KeyFrom(Key, length), next);
            }
    }

    [Fact]
    public void The_copying_form_leaves_the_source_and_all_but_its_part_of_the_destination()
    {
        for (int length = 0; length <= 2 * MoreThanEveryStep; length++)
            for (int start = 0; start < 4; start++)
            {
                byte[] source = Pattern(start + length);
                byte[] destination = Pattern(length + 16);
                byte[] expected = [.. destination];
                source.AsSpan(start).CopyTo(expected.AsSpan(3));
                MaskOneByOne(expected.AsSpan(3, length), Key, 0);

                uint next = FrameMask.Apply(source.AsSpan(start), destination.AsSpan(3), KeyFrom(Key, 0));

                Assert.True(expected.AsSpan().SequenceEqual(destination), $"{length} bytes from {start}");
                Assert.True(Pattern(source.Length).AsSpan().SequenceEqual(source), "the source changed");
                Assert.Equal(KeyFrom(Key, length), next);
            }
    }

    [Fact]
    public void A_payload_in_pieces_is_masked_as_in_one()
    {
        const int Seed = 53;
        Random random = new(Seed);
        for (int round = 0; round < 2_000; round++)
        {
            byte[] whole = new byte[random.Next(400)];
            byte[] key = new byte[4];
            random.NextBytes(whole);
            random.NextBytes(key);
            byte[] pieces = [.. whole];
            MaskOneByOne(whole, key, 0);

            uint next = KeyFrom(key, 0);
            for (int begin = 0, end; begin < pieces.Length; begin = end)
            {
                end = Math.Min(pieces.Length, begin + random.Next(1, 100));
                next = FrameMask.Apply(pieces.AsSpan(begin..end), next);
            }
            Assert.True(whole.AsSpan().SequenceEqual(pieces), $"seed {Seed}, round {round}");
        }
    }

    [Fact]
    public void A_destination_that_is_too_short_is_the_callers_mistake() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FrameMask.Apply(new byte[5], new byte[4], 1));

    private static void MaskOneByOne(Span<byte> data, byte[] key, int first)
    {
        for (int i = 0; i < data.Length; i++) data[i] ^= key[(first + i) % 4];
    }

    private static uint KeyFrom(byte[] key, int first) =>
        BitConverter.ToUInt32([key[first % 4], key[(first + 1) % 4], key[(first + 2) % 4], key[(first + 3) % 4]]);

    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7 + 1))];
}
