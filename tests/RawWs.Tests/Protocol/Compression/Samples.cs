using System.Text;

namespace RawWs.Tests.Protocol.Compression;

/// <summary>Content of each kind, the same for the same seed.</summary>
internal static class Samples
{
    private static readonly string[] Words = [.. "the name of user and a value: true, false; null id=1 time=2024 list[0] {\"key\": \"value\"}, error at line 42".Split(' ')];

    public static byte[] Random(Random random, int size)
    {
        byte[] content = new byte[size];
        random.NextBytes(content);
        return content;
    }

    public static byte[] Text(Random random, int size)
    {
        StringBuilder text = new(size + 32);
        while (text.Length < size)
            text.Append(Words[random.Next(Words.Length)]).Append(random.Next(8) == 0 ? random.Next(100_000) : ' ').Append(' ');
        return Encoding.ASCII.GetBytes(text.ToString(0, size));
    }

    /// <summary>Pieces of every kind, and some that came before.</summary>
    public static byte[] Mixed(Random random, int size)
    {
        List<byte> content = new(size);
        while (content.Count < size)
        {
            int piece = random.Next(1, Math.Min(size - content.Count, 3000) + 1);
            content.AddRange(random.Next(4) switch
            {
                0 => Random(random, piece),
                1 => Text(random, piece),
                2 => new byte[piece],
                _ => content.GetRange(random.Next(content.Count + 1 - Math.Min(piece, content.Count)), Math.Min(piece, content.Count)),
            });
        }
        return [.. content];
    }

    public static byte[] OfKind(int kind, Random random, int size) => (kind % 4) switch
    {
        0 => Text(random, size),
        1 => Random(random, size),
        2 => new byte[size],
        _ => Mixed(random, size),
    };
}
