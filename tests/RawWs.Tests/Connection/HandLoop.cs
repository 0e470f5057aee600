using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace RawWs.Tests.Connection;

/// <summary>The loop that owns a connection, turned by hand: what is posted waits until a test runs it, on the test's own thread.</summary>
internal sealed class HandLoop : PipeScheduler
{
    private readonly ConcurrentQueue<(Action<object?> Work, object? State)> _posted = new();

    public override void Schedule(Action<object?> action, object? state) => _posted.Enqueue((action, state));

    /// <summary>Runs all that was posted, and what that posts.</summary>
    public void Run()
    {
        while (_posted.TryDequeue(out (Action<object?> Work, object? State) next))
            next.Work(next.State);
    }
}
