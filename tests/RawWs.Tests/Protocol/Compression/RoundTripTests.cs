using RawWs.Protocol.Compression;
using Xunit;

namespace RawWs.Tests.Protocol.Compression;

public sealed class RoundTripTests
{
    private static readonly int[] Sizes = [0, 1, 2, 3, 10, 127, 128, 255, 256, 1000, 4096, 16_383, 65_535, 65_536, 200_000];

    public static TheoryData<int, int> LevelsAndMemoryLevels => [.. from level in (int[])[1, 6, 9] from memoryLevel in Enumerable.Range(1, 9) select (level, memoryLevel)];

    [Theory]
    [MemberData(nameof(LevelsAndMemoryLevels))]
    public void What_went_in_comes_out(int level, int memoryLevel)
    {
        Random random = new(level * 10 + memoryLevel);
        int windowBits = random.Next(Deflater.MinWindowBits, 16);
        using Deflater deflater = new(level, windowBits, memoryLevel);
        using Inflater inflater = new(windowBits);
        for (int kind = 0; kind < 4; kind++)
        {
            foreach (int size in (int[])[.. Sizes, random.Next(200_000)])
            {
                bool standsAlone = random.Next(2) == 0;
                byte[] content = Samples.OfKind(kind, random, size);
                byte[] message = Messages.Deflate(deflater, content, standsAlone ? DeflateFlush.Full : DeflateFlush.Sync);
                Assert.Equal(content, Messages.Inflate(inflater, message, random.Next(2000), random.Next(500, 20_000), random.Next(500, 20_000)));
                if (standsAlone) inflater.Reset();
            }
        }
    }

    [Theory]
    [MemberData(nameof(LevelsAndMemoryLevels))]
    public void The_room_that_is_enough_is_enough_for_what_cannot_shrink(int level, int memoryLevel)
    {
        Random random = new(4);
        for (int windowBits = Deflater.MinWindowBits; windowBits <= 15; windowBits += 3)
        {
            foreach (int size in (int[])[1, 100, 5_000, 200_000])
            {
                byte[] content = Samples.Random(random, size);
                AssertFits(content);
                for (int i = 0; i < size; i++)                          // only bytes that have 9 bits in a fixed block
                    content[i] = (byte)(144 + content[i] % 112);
                AssertFits(content);
            }

            void AssertFits(byte[] content)
            {
                using Deflater deflater = new(level, windowBits, memoryLevel);
                Messages.Deflate(deflater, content, DeflateFlush.Full);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LevelsAndMemoryLevels))]
    public void What_is_kept_without_a_flush_is_40_KiB_at_most(int level, int memoryLevel)
    {
        Random random = new(5);
        using Deflater deflater = new(level, 15, memoryLevel);
        using Inflater inflater = new(15);
        byte[] piece = new byte[1000];
        byte[] output = new byte[Deflater.MaxOutput(piece.Length) + 40 * 1024];
        for (int i = 0; i < 400; i++)
        {
            random.NextBytes(piece);
            Assert.True(deflater.TryDeflate(piece, output, i % 80 == 79 ? DeflateFlush.Sync : DeflateFlush.None, out int written));
            ReadOnlySpan<byte> input = output.AsSpan(0, written);
            inflater.Inflate(ref input, new byte[80_000]);
            Assert.True(input.IsEmpty);
        }
    }
}
