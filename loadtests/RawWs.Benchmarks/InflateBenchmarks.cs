using BenchmarkDotNet.Attributes;
using RawWs.Protocol.Compression;

namespace RawWs.Benchmarks;

/// <summary>One message of JSON through an inflater.</summary>
[MemoryDiagnoser]
public class InflateBenchmarks : IDisposable
{
    private readonly Inflater _inflater = new(15);
    private byte[] _message = [];
    private byte[] _output = [];

    [Params(1024, 16 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        byte[] content = DeflateBenchmarks.Json(Size);
        byte[] deflated = new byte[Deflater.MaxOutput(Size)];
        using Deflater deflater = new(6, 15, 8);
        deflater.TryDeflate(content, deflated, DeflateFlush.Full, out int written);
        _message = deflated[..(written - 4)];
        _output = new byte[Size + 1];
    }

    /// <summary>With takeover.</summary>
    [Benchmark]
    public int Inflate()
    {
        ReadOnlySpan<byte> input = _message;
        int written = _inflater.Inflate(ref input, _output);
        _inflater.EndMessage();
        return written;
    }

    /// <summary>Without takeover.</summary>
    [Benchmark]
    public int InflateAndReset()
    {
        int written = Inflate();
        _inflater.Reset();
        return written;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _inflater.Dispose();
        GC.SuppressFinalize(this);
    }
}
