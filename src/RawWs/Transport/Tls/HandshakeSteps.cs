using System.IO.Pipelines;

namespace RawWs.Transport.Tls;

/// <summary>Runs the steps of TLS handshakes on the thread pool, a few at a time and each behind what else waits there: a storm of handshakes leaves processors to open connections.</summary>
/// <remarks>A step computes. One that could block, on a name server or in the application's code, does not belong here.</remarks>
/// <param name="most">How many run at the same time.</param>
internal sealed class HandshakeSteps(int most) : PipeScheduler, IThreadPoolWorkItem
{
    private readonly Queue<(Action<object?> Step, object? State)> _waiting = new();
    private int _running;

    /// <summary>For all servers of the process: half of the processors.</summary>
    public static HandshakeSteps Shared { get; } = new(Math.Max(1, Environment.ProcessorCount / 2));

    public override void Schedule(Action<object?> action, object? state)
    {
        lock (_waiting)
        {
            _waiting.Enqueue((action, state));
            if (_running == most)
                return;
            _running++;
        }
        System.Threading.ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        (Action<object?> Step, object? State) next;
        lock (_waiting)
        {
            if (!_waiting.TryDequeue(out next))
            {
                _running--;
                return;
            }
        }
        try
        {
            next.Step(next.State);
        }
        finally
        {
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
