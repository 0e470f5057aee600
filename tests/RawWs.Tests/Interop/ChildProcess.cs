using System.Diagnostics;

namespace RawWs.Tests.Interop;

/// <summary>A program that a test started; it and what it started end with the test.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringWriter _errors = new();

    private ChildProcess(Process process) => _process = process;

    /// <summary>What it has said on standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
                return _errors.ToString();
        }
    }

    public static ChildProcess Start(string program, IEnumerable<string> arguments, string? folder = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? AppContext.BaseDirectory,
        };
        ChildProcess child = new(Process.Start(start)!);
        child._process.ErrorDataReceived += (_, line) => child.Remember(line.Data);
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The next line on standard output; null at its end.</summary>
    public ValueTask<string?> ReadLineAsync(CancellationToken ct) => _process.StandardOutput.ReadLineAsync(ct);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        await _errors.DisposeAsync();
    }

    private void Remember(string? line)
    {
        lock (_errors)
            _errors.WriteLine(line);
    }
}
