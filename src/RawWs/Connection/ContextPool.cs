namespace RawWs.Connection;

/// <summary>A few contexts of one kind for messages that stand alone: borrowed for one message, by any connection. Any thread.</summary>
internal sealed class ContextPool<T>(Func<T> make, TimeProvider time)
    where T : class, IDisposable
{
    /// <summary>As many as can be at work at once, and again as many for messages that wait in between.</summary>
    private readonly T?[] _spare = new T?[2 * Environment.ProcessorCount];

    private ITimer? _timer;
    private int _isUsed;

    /// <summary>A context that refers to no message before.</summary>
    public T Rent()
    {
        Volatile.Write(ref _isUsed, 1);
        for (int i = 0; i < _spare.Length; i++)
            if (_spare[i] is not null && Interlocked.Exchange(ref _spare[i], null) is { } context)
                return context;
        return make();
    }

    /// <summary>Takes back a context whose next message stands alone; one that failed is disposed instead.</summary>
    public void Return(T context)
    {
        for (int i = 0; i < _spare.Length; i++)
        {
            if (_spare[i] is not null || Interlocked.CompareExchange(ref _spare[i], context, null) is not null)
                continue;
            if (Volatile.Read(ref _timer) is null)
                StartTimer();
            return;
        }
        context.Dispose();
    }

    private void StartTimer()
    {
        lock (_spare)
            _timer ??= time.CreateTimer(static pool => ((ContextPool<T>)pool!).Trim(), this, KeptContexts.Patience, KeptContexts.Patience);
    }

    private void Trim()
    {
        if (Interlocked.Exchange(ref _isUsed, 0) != 0)
            return;
        lock (_spare)
        {
            _timer?.Dispose();
            Volatile.Write(ref _timer, null);
        }
        for (int i = 0; i < _spare.Length; i++)                         // whoever returns one meanwhile starts a timer of its own
            Interlocked.Exchange(ref _spare[i], null)?.Dispose();
    }
}
