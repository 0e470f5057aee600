using System.Diagnostics;

namespace RawWs.ClientLoad;

/// <summary>What this process has used since it started.</summary>
internal readonly record struct ResourceUse(long Time, TimeSpan User, TimeSpan System, long AllocatedBytes, int Gen0, int Gen1, int Gen2)
{
    private const double BytesPerKb = 1024;

    public static double RssKb => Environment.WorkingSet / BytesPerKb;

    public TimeSpan Cpu => User + System;

    public static ResourceUse Now()
    {
        Environment.ProcessCpuUsage cpu = Environment.CpuUsage;
        return new(
            Stopwatch.GetTimestamp(), cpu.UserTime, cpu.PrivilegedTime, GC.GetTotalAllocatedBytes(precise: true),
            GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));
    }

    public static ResourceUse operator -(ResourceUse left, ResourceUse right) => new(
        left.Time - right.Time, left.User - right.User, left.System - right.System, left.AllocatedBytes - right.AllocatedBytes,
        left.Gen0 - right.Gen0, left.Gen1 - right.Gen1, left.Gen2 - right.Gen2);
}
