using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>The program <c>rawws</c>, started as a user starts it, on a free port.</summary>
internal sealed class HostProgram : IAsyncDisposable
{
    private const string Ready = "listening on ";

    private readonly ChildProcess _process;

    private HostProgram(ChildProcess process, Uri endpoint) => (_process, Endpoint) = (process, endpoint);

    /// <summary>What the ready line says.</summary>
    public Uri Endpoint { get; }

    /// <summary>The address of the program's page.</summary>
    public Uri Page => new UriBuilder(Endpoint) { Scheme = "http" }.Uri;

    public static async Task<HostProgram> StartAsync()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "rawws.dll");
        ChildProcess process = ChildProcess.Start("dotnet", [program, "--Server:Listen:0=ws://127.0.0.1:0", "--Logging:Level=Warning"]);
        string line = await process.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
        Assert.True(line.StartsWith(Ready, StringComparison.Ordinal), $"rawws said '{line}' {process.Errors}");
        return new HostProgram(process, new Uri(line[Ready.Length..].Split(' ')[0]));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
