using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace RawWs.Tests.Transport.Tls;

/// <summary>A scheduler that is one thread of its own, as the loop of a server is.</summary>
internal sealed class ThreadLoop : PipeScheduler, IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public ThreadLoop()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = nameof(ThreadLoop) };
        _thread.Start();
    }

    public bool IsCurrent => Thread.CurrentThread == _thread;

    public override void Schedule(Action<object?> action, object? state) => _work.Add(() => action(state));

    /// <summary>Begins something on the loop.</summary>
    public Task RunAsync(Func<Task> begin)
    {
        TaskCompletionSource<Task> begun = new();
        _work.Add(() => begun.SetResult(begin()));
        return begun.Task.Unwrap();
    }

    public void Dispose() => _work.CompleteAdding();

    private void Run()
    {
        foreach (Action action in _work.GetConsumingEnumerable())
            action();
    }
}
