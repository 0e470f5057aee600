using BenchmarkDotNet.Attributes;
using RawWs.Protocol.Framing;

namespace RawWs.Benchmarks;

/// <summary>One header, read as a server and written as one, in each of the three length forms.</summary>
[MemoryDiagnoser]
public class FrameHeaderBenchmarks
{
    private readonly byte[] _wire = new byte[FrameHeader.MaxSize];
    private readonly byte[] _written = new byte[FrameHeader.MaxSize];
    private FrameHeader _header;

    [Params(125, 65_535, 65_536)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _header = new FrameHeader(Opcode.Text, IsFinal: true, Rsv1: false, IsMasked: false, MaskKey: 0, Length);
        (_header with { IsMasked = true, MaskKey = 0x12345678 }).Write(_wire);
    }

    [Benchmark]
    public int Read()
    {
        FrameHeader.TryRead(_wire, Role.Server, rsv1Allowed: false, out _, out int size);
        return size;
    }

    [Benchmark]
    public int Write() => _header.Write(_written);
}
