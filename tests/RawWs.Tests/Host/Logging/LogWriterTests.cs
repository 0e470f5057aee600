using System.Text;
using RawWs.Host.Logging;
using Xunit;

namespace RawWs.Tests.Host.Logging;

public sealed class LogWriterTests
{
    [Fact]
    public void Lines_of_many_threads_come_out_whole()
    {
        using MemoryStream stream = new();
        using (LogWriter writer = new(stream))
            Parallel.For(0, 1000, i => writer.WriteLine($"line {i} ends here"));
        string[] lines = Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"line {i} ends here").Order(), lines.Order());
    }

    [Fact]
    public void A_reader_that_stands_still_costs_lines_and_neither_time_nor_memory()
    {
        using StandingStream stream = new();
        string line = new('x', 100_000);
        using (LogWriter writer = new(stream))
        {
            for (int i = 0; i < 100; i++)
                writer.WriteLine(line); // 10 MB: far more than is kept
            stream.Release();
        }

        string written = Encoding.UTF8.GetString(stream.ToArray());
        Assert.InRange(written.Length, 100_000, 3_000_000);
        Assert.EndsWith(" lines were lost here: they came faster than they could be written\n", written, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_is_gone_is_borne()
    {
        using StandingStream stream = new();
        stream.Release();
        stream.IsBroken = true;
        using LogWriter writer = new(stream);
        writer.WriteLine("nobody reads this");
    }

    private sealed class StandingStream : MemoryStream
    {
        private readonly ManualResetEventSlim _released = new();

        public bool IsBroken { get; set; }

        public void Release() => _released.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _released.Wait(TimeSpan.FromMinutes(1));
            if (IsBroken)
                throw new IOException("Broken pipe");
            base.Write(buffer);
        }
    }
}
