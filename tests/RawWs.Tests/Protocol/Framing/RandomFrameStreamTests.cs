using RawWs.Protocol.Framing;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Protocol.Framing;

/// <summary>Seeded random streams through the frame reader.</summary>
public class RandomFrameStreamTests
{
    [Fact]
    public void Random_streams_give_the_same_frames_under_any_cuts()
    {
        const int Seed = 57;
        Random random = new(Seed);
        for (int round = 0; round < 150; round++)
        {
            Role receiver = (Role)random.Next(2);
            List<WireFrame> frames = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => RandomFrame(random))];
            byte[] wire = [.. frames.SelectMany(frame => frame.Encode(receiver == Role.Server ? RandomBytes(random, 4) : null))];
            int[] cuts = [.. Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(wire.Length + 1))];
            Assert.True(frames.SequenceEqual(WireFrame.ReadAll(new FrameReader(receiver, 0), Bytes.Cut(wire, cuts))), $"seed {Seed}, round {round}, at once");
            Assert.True(frames.SequenceEqual(WireFrame.ReadAsTheyArrive(new FrameReader(receiver, 0), Bytes.Cut(wire, cuts))), $"seed {Seed}, round {round}, piece by piece");
        }
    }

    [Fact]
    public void Damaged_streams_end_with_the_same_frames_and_the_same_violation_under_any_cuts()
    {
        const int Seed = 1002;
        Random random = new(Seed);
        int violations = 0;
        for (int round = 0; round < 1_000; round++)
        {
            byte[] wire = [.. Enumerable.Range(0, 4).SelectMany(_ => WireFrame.Of(Opcode.Binary, true, RandomBytes(random, random.Next(4))).Encode(RandomBytes(random, 4)))];
            for (int damage = random.Next(1, 8); damage > 0; damage--) wire[random.Next(wire.Length)] ^= (byte)(1 << random.Next(8));

            string atOnce = Outcome([[.. wire]]);
            int[] cuts = [.. Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(wire.Length + 1))];
            Assert.True(atOnce == Outcome(Bytes.Cut(wire, cuts)), $"seed {Seed}, round {round}");
            Assert.True(atOnce == Outcome(Bytes.OneByteEach(wire)), $"seed {Seed}, round {round}, byte by byte");
            if (atOnce.Contains('!', StringComparison.Ordinal)) violations++;
        }
        Assert.InRange(violations, 300, 900);

        static string Outcome(byte[][] pieces)
        {
            List<WireFrame> frames = [];
            try
            {
                WireFrame.ReadAsTheyArrive(new FrameReader(Role.Server, 1000), pieces, frames);
                return WireFrame.Describe(frames);
            }
            catch (WebSocketProtocolException violation)
            {
                return $"{WireFrame.Describe(frames)} ! {violation.Message}";
            }
        }
    }

    private static WireFrame RandomFrame(Random random)
    {
        bool isControl = random.Next(3) == 0;
        Opcode opcode = isControl ? (Opcode)random.Next(8, 11) : (Opcode)random.Next(3);
        int[] lengths = isControl ? [0, 125, random.Next(126)] : [0, 125, 126, 127, 65535, 65536, random.Next(126), random.Next(300), random.Next(2000)];
        return WireFrame.Of(opcode, isControl || random.Next(2) == 0, RandomBytes(random, lengths[random.Next(lengths.Length)]));
    }

    private static byte[] RandomBytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
