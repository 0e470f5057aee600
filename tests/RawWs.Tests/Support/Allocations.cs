namespace RawWs.Tests.Support;

/// <summary>Counts what an action allocates on its thread.</summary>
internal static class Allocations
{
    private const int Rounds = 10;

    /// <summary>The least of several rounds: a collection that other tests cause charges up to 8 KB to the round that it meets.</summary>
    public static long Least(Action action)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
