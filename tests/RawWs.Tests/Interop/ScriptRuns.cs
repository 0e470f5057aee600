using System.Text.Json;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>Runs each peer's script once against a server of ours, plain and over TLS, for all the tests that ask for its checks.</summary>
public sealed class ScriptRuns
{
    private const string Errors = "";

    private readonly Lock _lock = new();
    private readonly Dictionary<(string, string), Task<Dictionary<string, Check>>> _runs = [];

    internal async Task<Check> FindAsync(string program, string script, string scheme, string check)
    {
        Task<Dictionary<string, Check>>? run;
        lock (_lock)
        {
            if (!_runs.TryGetValue((script, scheme), out run)) _runs[(script, scheme)] = run = RunAsync(program, Path.Combine(Peers.Scripts, script), scheme);
        }
        Dictionary<string, Check> checks = await run;
        return checks.GetValueOrDefault(check) ?? new Check(false, "the script did not come to this check: " + checks[Errors].Detail);
    }

    // the script prints a line of JSON for each check
    private static async Task<Dictionary<string, Check>> RunAsync(string program, string script, string scheme)
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        await using TestServer server = await InteropServer.StartAsync(scheme);
        await using CertificateFiles files = new(InteropServer.Certificate);
        await using ChildProcess child = ChildProcess.Start(program, [script, server.Endpoint.GetLeftPart(UriPartial.Authority), files.Authority]);
        Dictionary<string, Check> checks = [];
        while (await child.ReadLineAsync(ct) is { } line)
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement result = json.RootElement;
            string detail = result.TryGetProperty("detail", out JsonElement text) ? text.ToString() : "";
            checks.Add(result.GetProperty("check").GetString()!, new Check(result.GetProperty("ok").GetBoolean(), detail));
        }
        await child.EndAsync(ct);
        Assert.True(checks.Count > 0, child.Errors);
        checks.Add(Errors, new Check(false, child.Errors));
        return checks;
    }

    /// <param name="IsGood">Whether the peer saw what it must see.</param>
    /// <param name="Detail">What it saw instead.</param>
    internal sealed record Check(bool IsGood, string Detail);
}
