using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace RawWs.Tests.Connection;

/// <summary>Which arrays of the shared pool are out: counts what the pool itself reports, in the whole process, from here on.</summary>
internal sealed class RentedArrays : EventListener
{
    private const int Rented = 1;
    private const int Returned = 3;

    private readonly ConcurrentDictionary<int, int> _out = new();

    /// <summary>How many arrays were rented and not given back.</summary>
    public int Outstanding => _out.Values.Count(static count => count > 0);

    /// <summary>How many arrays came back more often than they were rented.</summary>
    public int ReturnedTwice => _out.Values.Count(static count => count < 0);

    public int Rents { get; private set; }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "System.Buffers.ArrayPoolEventSource")
            EnableEvents(eventSource, EventLevel.Verbose);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventId is not (Rented or Returned))
            return;
        int change = eventData.EventId == Rented ? 1 : -1;
        _out.AddOrUpdate((int)eventData.Payload![0]!, change, (_, count) => count + change);
        Rents += change == 1 ? 1 : 0;
    }
}
