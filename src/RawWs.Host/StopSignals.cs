using System.Runtime.InteropServices;

namespace RawWs.Host;

/// <summary>Turns the first SIGINT or SIGTERM into a task; the second one ends the process as if nobody listened.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource<PosixSignal> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public StopSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Receive);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Receive);
    }

    public Task<PosixSignal> First => _first.Task;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private void Receive(PosixSignalContext context) => context.Cancel = _first.TrySetResult(context.Signal);
}
