using System.Text;
using System.Text.Unicode;
using BenchmarkDotNet.Attributes;
using RawWs.Protocol.Framing;

namespace RawWs.Benchmarks;

/// <summary>Our validator, which can be fed in pieces, beside the framework's, which takes whole texts only.</summary>
[MemoryDiagnoser]
public class Utf8Benchmarks
{
    private byte[] _text = [];

    [Params("ascii", "mixed", "cjk")]
    public string Content { get; set; } = "";

    [Params(64, 16 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        string unit = Content switch
        {
            "ascii" => "{\"price\":123.45} ",
            "mixed" => "na\u00efve \u03ba\u1f79\u03c3\u03bc\u03b5 \ud83d\ude00 text ",
            _ => "\u7db2\u8def\u5957\u63a5\u5b57",
        };
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(unit, Size)));
        int end = Size;
        while (!Utf8.IsValid(bytes.AsSpan(0, end))) end--;
        _text = bytes[..end];
    }

    [Benchmark]
    public bool InOnePiece()
    {
        Utf8Validator validator = default;
        return validator.TryAppend(_text) && validator.IsComplete;
    }

    [Benchmark]
    public bool InTwoPieces()
    {
        Utf8Validator validator = default;
        int half = (_text.Length / 2) + 1;
        return validator.TryAppend(_text.AsSpan(0, half)) && validator.TryAppend(_text.AsSpan(half)) && validator.IsComplete;
    }

    [Benchmark(Baseline = true)]
    public bool Framework() => Utf8.IsValid(_text);
}
