namespace RawWs.Connection;

/// <summary>A count of changes that can be awaited without missing one. A mutable struct: its one owner guards it.</summary>
internal struct MoveSignal
{
    private TaskCompletionSource? _waiting;
    private int _count;

    public readonly int Count => _count;

    public void Set()
    {
        _count++;
        _waiting?.TrySetResult();
        _waiting = null;
    }

    /// <summary>Completes when there has been a change since <paramref name="seen"/> was the count.</summary>
    public Task WaitAsync(int seen) =>
        _count != seen ? Task.CompletedTask : (_waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
}
