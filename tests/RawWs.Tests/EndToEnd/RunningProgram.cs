using System.Diagnostics;
using System.Runtime.InteropServices;
using RawWs.Tests.Architecture;

namespace RawWs.Tests.EndToEnd;

/// <summary>The built program as a child process, in an empty folder and with a clean environment.</summary>
internal sealed partial class RunningProgram : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The program as its own project builds it: the copy beside these tests lacks what they have from a framework that it does not use.</summary>
    private static readonly string ProgramFile = Path.Combine(
        Repository.PathOf("src/RawWs.Host/bin"), new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", OperatingSystem.IsWindows() ? "rawws.exe" : "rawws");

    private readonly Process _process;
    private readonly string _folder = Directory.CreateTempSubdirectory("rawws-program-").FullName;
    private readonly Task<string> _errors;

    public RunningProgram(string arguments = "", string? settings = null, params (string Name, string Value)[] environment)
    {
        if (settings is not null)
            File.WriteAllText(Path.Combine(_folder, "settings.json"), settings);
        ProcessStartInfo start = new(ProgramFile, arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("RAWWS_", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException("The program did not start.");
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The next line on standard output; <see langword="null"/> after the last.</summary>
    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);

    /// <summary>Waits for the ready line and gives the address in it.</summary>
    public async Task<Uri> ReadyAsync()
    {
        string line = await ReadLineAsync() ?? throw new InvalidOperationException($"The program ended early: {await _errors}");
        return new(line.Split(' ')[2]);
    }

    public void SendInterrupt() => Send(Interrupt);

    public void SendTerminate() => Send(Terminate);

    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        string errors = await _errors.WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return (_process.ExitCode, errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Send(int signal)
    {
        if (Kill(_process.Id, signal) != 0)
            throw new InvalidOperationException("The signal was not sent.");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
