using System.Globalization;
using System.Text;

namespace RawWs.Tests.Conformance;

/// <summary>What is compressed: data of the kinds that the published suite uses, made from a seed.</summary>
internal sealed class CompressionData
{
    private const int Length = 256 * 1024;
    private static readonly string[] Words = ["der", "Geist", "verneint", "und", "wär's", "nicht", "schön", "ein", "Teil", "von", "jener", "Kraft", "stets", "das", "Böse", "will", "Gute", "schafft", "Über", "Größe", "allein", "sprach", "Natur", "Herz", "weiß", "Mensch", "Licht", "Nacht", "ewig", "Wort"];

    private readonly Lazy<byte[]> _all;

    private CompressionData(bool isText, bool shrinks, int seed, Action<Random, MemoryStream> writePiece)
    {
        (IsText, Shrinks) = (isText, shrinks);
        _all = new(() => Make(new Random(seed), writePiece));
    }

    public static CompressionData Json { get; } = new(isText: true, shrinks: true, 1, static (random, output) => Write(output, string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"id\":{random.Next(100_000)},\"name\":\"user-{random.Next(1000)}\",\"active\":{(random.Next(2) == 0 ? "true" : "false")},\"score\":{random.NextDouble():F6},\"tags\":[\"a{random.Next(9)}\",\"b{random.Next(9)}\"],\"address\":{{\"street\":\"{random.Next(300)} Main Street\",\"city\":\"Town {random.Next(50)}\"}}}},\n")));

    public static CompressionData Bitmap { get; } = new(isText: false, shrinks: true, 2, static (random, output) =>
    {
        int shade = random.Next(256);
        for (int i = random.Next(8, 40); i > 0; i--)
        {
            shade += random.Next(12) == 0 ? random.Next(-2, 3) : 0;
            output.WriteByte((byte)shade);
        }
    });

    public static CompressionData Prose { get; } = new(isText: false, shrinks: true, 3, static (random, output) => Write(output, Words[random.Next(Words.Length)] + random.Next(10) switch
    {
        0 => ",\r\n",
        1 => ". ",
        _ => " ",
    }));

    public static CompressionData Html { get; } = new(isText: true, shrinks: true, 4, static (random, output) => Write(output, string.Create(
        CultureInfo.InvariantCulture,
        $"<tr class=\"row{random.Next(2)}\"><td><a href=\"/items/{random.Next(10_000)}.html\">Item {random.Next(10_000)}</a></td><td align=\"right\">{random.Next(1000)}.{random.Next(10, 100)}</td></tr>\n")));

    public static CompressionData Pdf { get; } = new(isText: false, shrinks: false, 5, static (random, output) =>
    {
        byte[] stream = new byte[random.Next(500, 6000)];
        random.NextBytes(stream);
        Write(output, $"{random.Next(1000)} 0 obj\n<</Length {stream.Length}/Filter/FlateDecode>>\nstream\n");
        output.Write(stream);
        Write(output, "\nendstream\nendobj\n");
    });

    /// <summary>Whether it is ASCII and sent as text.</summary>
    public bool IsText { get; }

    /// <summary>Whether each piece of 1 KiB or more can be made smaller.</summary>
    public bool Shrinks { get; }

    /// <summary>So many bytes from there on; behind the last is the first.</summary>
    public byte[] Cut(int start, int length)
    {
        byte[] cut = new byte[length];
        for (int done = 0; done < length;)
        {
            int from = (start + done) % Length;
            int count = Math.Min(length - done, Length - from);
            _all.Value.AsSpan(from, count).CopyTo(cut.AsSpan(done));
            done += count;
        }

        return cut;
    }

    private static byte[] Make(Random random, Action<Random, MemoryStream> writePiece)
    {
        using MemoryStream output = new();
        while (output.Length < Length)
            writePiece(random, output);
        return output.ToArray()[..Length];
    }

    private static void Write(MemoryStream output, string text) => output.Write(Encoding.UTF8.GetBytes(text));
}
