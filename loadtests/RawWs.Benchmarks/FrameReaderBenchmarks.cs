using System.Buffers;
using BenchmarkDotNet.Attributes;
using RawWs.Protocol.Framing;

namespace RawWs.Benchmarks;

/// <summary>Received bytes cut into frames, unmasked and judged: sixteen messages in one segment, as pipelining clients send them.</summary>
[MemoryDiagnoser]
public class FrameReaderBenchmarks
{
    private const int Messages = 16;

    private readonly FrameReader _reader = new(Role.Server, maxMessageBytes: 0);
    private readonly MessageValidator _validator = new(maxBytes: 0, maxFragments: 0);
    private byte[] _received = [];

    [Params(20, 1024, 16 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Prepare() => _received = ClientFrames.Make(Size, Messages);

    // each run leaves the payloads unmasked, the next masks them again: the work is the same
    [Benchmark(OperationsPerInvoke = Messages)]
    public int Read()
    {
        ReadOnlySequence<byte> input = new(_received);
        int messages = 0;
        while (_reader.TryRead(ref input, out FramePart part))
            if (_validator.Accept(part)) messages++;
        return messages;
    }
}
