using RawWs.Connection;
using RawWs.Protocol.Compression;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Connection;

/// <summary>Contexts of a test's own, with a clock turned by hand.</summary>
internal sealed class DeflateContexts
{
    public DeflateContexts(int max = 1000)
    {
        Contexts = new(Clock) { Max = max };
        Clock.Advance(TimeSpan.FromHours(1));
    }

    public ManualClock Clock { get; } = new();

    public KeptContexts Contexts { get; }

    /// <summary>The smallest context there is.</summary>
    public static Inflater NewContext() => new(windowBits: 9);

    /// <summary>A connection that keeps a context from now on.</summary>
    public (ContextSlot Slot, ZlibStream Context) Keep(bool isReplaceable = true)
    {
        (ContextSlot slot, ZlibStream context) = (new(isReplaceable), NewContext());
        Assert.True(Contexts.TryEnter(slot));
        slot.Put(context, Contexts.Now);
        return (slot, context);
    }

    /// <summary>The connection is over.</summary>
    public void End(ContextSlot slot)
    {
        slot.Dispose();
        Contexts.Leave(slot);
    }
}
