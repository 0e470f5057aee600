using Xunit;

namespace RawWs.Tests.Support;

/// <summary>The deflaters and inflaters of the process; only tests that run alone can count them.</summary>
internal static class LiveContexts
{
    /// <summary>A safety net for what never comes back.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Waits until no more of them are left than so many.</summary>
    public static async Task WaitForAsync(int count)
    {
        using CancellationTokenSource safetyNet = new(Timeout);
        while (WebSocketCompression.LiveContexts > count)
        {
            Assert.False(safetyNet.IsCancellationRequested, $"{WebSocketCompression.LiveContexts} deflaters and inflaters are left, of {count} before");
            await Task.Yield();
        }
    }
}
