using BenchmarkDotNet.Attributes;
using RawWs.Protocol.Compression;

namespace RawWs.Benchmarks;

/// <summary>What it costs to make and to end contexts, and to forget what an inflater knows.</summary>
[MemoryDiagnoser]
public class ZlibStreamBenchmarks : IDisposable
{
    private Inflater _inflater = null!;

    [Params(9, 15)]
    public int WindowBits { get; set; }

    [GlobalSetup]
    public void Prepare() => _inflater = new(WindowBits);

    [Benchmark]
    public void MakeDeflater() => new Deflater(1, WindowBits, 8).Dispose();

    [Benchmark]
    public void MakeInflater() => new Inflater(WindowBits).Dispose();

    [Benchmark]
    public void ResetInflater() => _inflater.Reset();

    [GlobalCleanup]
    public void Dispose()
    {
        _inflater.Dispose();
        GC.SuppressFinalize(this);
    }
}
