using System.Diagnostics;
using System.Numerics;

namespace RawWs.ClientLoad;

/// <summary>Counts durations in buckets, 64 to each power of two of nanoseconds: an error of at most 1.6 %. Any thread may add.</summary>
internal sealed class LatencyHistogram
{
    private const int PerPower = 64;
    private const int PowerBits = 6;
    private const int Powers = 48;
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    private readonly long[] _counts = new long[PerPower * Powers];

    public long Count => _counts.Sum();

    /// <summary>Adds a duration in ticks of <see cref="Stopwatch"/>.</summary>
    public void Add(long ticks)
    {
        ulong nanoseconds = (ulong)(ticks * NanosecondsPerTick);
        int shift = Math.Max(0, BitOperations.Log2(nanoseconds) - PowerBits);
        int bucket = (shift * PerPower) + (int)(nanoseconds >> shift);
        Interlocked.Increment(ref _counts[Math.Min(bucket, _counts.Length - 1)]);
    }

    /// <summary>The upper edge, in microseconds, of the bucket that holds a quantile; zero when nothing was added.</summary>
    public double Microseconds(double quantile)
    {
        long wanted = Math.Max(1, (long)Math.Round(quantile * Count));
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
            if ((seen += _counts[bucket]) >= wanted)
                return UpperEdge(bucket) / 1000.0;
        return 0;
    }

    private static long UpperEdge(int bucket)
    {
        int shift = Math.Max(0, (bucket / PerPower) - 1);
        return ((bucket - (shift * PerPower) + 1L) << shift) - 1;
    }
}
