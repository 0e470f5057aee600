using System.Text;
using BenchmarkDotNet.Attributes;
using RawWs.Protocol.Compression;

namespace RawWs.Benchmarks;

/// <summary>One message of JSON through a deflater.</summary>
[MemoryDiagnoser]
public class DeflateBenchmarks : IDisposable
{
    private Deflater _deflater = null!;
    private byte[] _message = [];
    private byte[] _output = [];

    [Params(1024, 16 * 1024)]
    public int Size { get; set; }

    [Params(1, 6)]
    public int Level { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _message = Json(Size);
        _output = new byte[Deflater.MaxOutput(Size)];
        _deflater = new(Level, 15, 8);
    }

    /// <summary>With takeover: it refers to the message before, which is the same.</summary>
    [Benchmark]
    public int Sync() => Deflate(DeflateFlush.Sync);

    /// <summary>Without takeover.</summary>
    [Benchmark]
    public int Full() => Deflate(DeflateFlush.Full);

    [GlobalCleanup]
    public void Dispose()
    {
        _deflater.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Records that differ, as a service would send them.</summary>
    internal static byte[] Json(int size)
    {
        StringBuilder text = new("[");
        for (int i = 0; text.Length < size; i++)
            text.Append("{\"id\":").Append(i * 7919).Append(",\"name\":\"user ").Append(i).Append("\",\"active\":").Append(i % 3 == 0 ? "true" : "false").Append(",\"score\":").Append(i * 31 % 1000).Append("},");
        return Encoding.ASCII.GetBytes(text.ToString(0, size));
    }

    private int Deflate(DeflateFlush flush) => _deflater.TryDeflate(_message, _output, flush, out int written) ? written : throw new InvalidOperationException();
}
