using System.Diagnostics;
using System.Text;

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

    /// <param name="program">What to start.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="encoding">Of its output; null: the system's.</param>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, Encoding? encoding = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = encoding,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        ChildProcess child = new(Process.Start(start)!);
        child._process.ErrorDataReceived += (_, line) => child.Remember(line.Data);
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The next line on standard output; null at its end.</summary>
    public ValueTask<string?> ReadLineAsync(CancellationToken ct) => _process.StandardOutput.ReadLineAsync(ct);

    /// <summary>All that is left of its standard output.</summary>
    public Task<string> ReadToEndAsync(CancellationToken ct) => _process.StandardOutput.ReadToEndAsync(ct);

    /// <summary>Writes to its standard input, and leaves that open.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        await _process.StandardInput.BaseStream.WriteAsync(bytes, ct);
        await _process.StandardInput.BaseStream.FlushAsync(ct);
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public async Task<int> EndAsync(CancellationToken ct)
    {
        await _process.WaitForExitAsync(ct);
        return _process.ExitCode;
    }

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
