using RawWs.Connection;
using RawWs.Protocol.Compression;
using Xunit;

namespace RawWs.Tests.Support;

/// <summary>The deflaters and inflaters of the process; only tests that run alone can count them.</summary>
internal static class LiveContexts
{
    /// <summary>A safety net for what never comes back.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Those that exist when no message is under way, without the ones that wait in the pools for the next, and without what other tests have forgotten.</summary>
    public static int Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return CountNow();
    }

    private static int CountNow()
    {
        CompressionOptions options = new();
        Drain(KeptContexts.Shared.Inflaters);
        for (int bits = Deflater.MinWindowBits; bits <= options.WindowBits; bits++)
            Drain(KeptContexts.Shared.Deflaters(level: 1, bits, options.MemoryLevel));
        return WebSocketCompression.LiveContexts;
    }

    /// <summary>Waits until no more of them are left than so many, and no connection keeps a place.</summary>
    public static async Task WaitForAsync(int count)
    {
        using CancellationTokenSource safetyNet = new(Timeout);
        while (CountNow() > count || KeptContexts.Shared.Count > 0)
        {
            Assert.False(safetyNet.IsCancellationRequested, $"{WebSocketCompression.LiveContexts} deflaters and inflaters are left, of {count} before, and {KeptContexts.Shared.Count} places are taken");
            await Task.Yield();
        }
    }

    /// <summary>Takes what waits out of the pool, until the pool has to make a new one.</summary>
    private static void Drain<T>(ContextPool<T> pool)
        where T : class, IDisposable
    {
        for (bool isEmpty = false; !isEmpty;)
        {
            int before = WebSocketCompression.LiveContexts;
            using T context = pool.Rent();
            isEmpty = WebSocketCompression.LiveContexts > before;
        }
    }
}
