using BenchmarkDotNet.Attributes;
using RawWs.Protocol.Framing;

namespace RawWs.Benchmarks;

/// <summary>Unmasking in place, and masking while copying.</summary>
[MemoryDiagnoser]
public class FrameMaskBenchmarks
{
    private const uint Key = 0x12345678;

    private byte[] _payload = [];
    private byte[] _copy = [];

    [Params(16, 125, 1024, 16 * 1024, 1024 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _payload = new byte[Size];
        _copy = new byte[Size];
    }

    [Benchmark]
    public uint InPlace() => FrameMask.Apply(_payload, Key);

    [Benchmark]
    public uint Copying() => FrameMask.Apply(_payload, _copy, Key);
}
