namespace RawWs.Host.Endpoints;

/// <summary>Calls a function at a steady pace while there is an audience; without one there is no timer.</summary>
internal sealed class Heartbeat(Audience audience, TimeSpan period, Action beat, TimeProvider time)
{
    private int _isRunning;

    /// <summary>To be called after somebody joined the audience.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _isRunning, 1) == 0)
            _ = RunAsync();
    }

    private async Task RunAsync()
    {
        using PeriodicTimer timer = new(period, time);
        do
        {
            while (audience.Count > 0)
            {
                if (!await timer.WaitForNextTickAsync())
                    return; // the clock is gone: the process ends
                beat();
            }

            Interlocked.Exchange(ref _isRunning, 0);
        }
        while (audience.Count > 0 && Interlocked.Exchange(ref _isRunning, 1) == 0); // somebody may have joined meanwhile and seen it running
    }
}
