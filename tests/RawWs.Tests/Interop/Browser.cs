using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>A headless Chromium, driven through its DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Ready = "DevTools listening on ";

    private readonly ChildProcess _process;
    private readonly ClientWebSocket _devTools = new();
    private readonly string _profile;
    private readonly SemaphoreSlim _turn = new(1);
    private int _lastId;

    private Browser(ChildProcess process, string profile) => (_process, _profile) = (process, profile);

    /// <param name="program">Chromium.</param>
    /// <param name="trusted">Certificates that it takes whoever has issued them, by the hash of their keys.</param>
    public static async Task<Browser> StartAsync(string program, params X509Certificate2[] trusted)
    {
        string profile = Directory.CreateTempSubdirectory("rawws-browser-").FullName;
        ChildProcess process = ChildProcess.Start("/bin/sh",
        [
            "-c", "exec \"$0\" \"$@\" 2>&1", program,    // the address is said on standard error
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--remote-debugging-port=0", $"--user-data-dir={profile}",
            $"--ignore-certificate-errors-spki-list={string.Join(',', trusted.Select(KeyHash))}", "about:blank",
        ]);
        Browser browser = new(process, profile);
        string? line;
        do line = await process.ReadLineAsync(TestContext.Current.CancellationToken);
        while (line?.StartsWith(Ready, StringComparison.Ordinal) == false);
        Assert.NotNull(line);
        await browser._devTools.ConnectAsync(new Uri(line[Ready.Length..]), TestContext.Current.CancellationToken);
        return browser;
    }

    public async Task<BrowserTab> OpenAsync(Uri page)
    {
        JsonNode target = await CallAsync("Target.createTarget", new() { ["url"] = "about:blank" });
        JsonNode session = await CallAsync("Target.attachToTarget", new() { ["targetId"] = target["targetId"]!.GetValue<string>(), ["flatten"] = true });
        BrowserTab tab = new(this, session["sessionId"]!.GetValue<string>());
        await tab.GoToAsync(page);
        return tab;
    }

    /// <summary>Makes a call and waits for its answer; events that come before it are dropped.</summary>
    public async Task<JsonNode> CallAsync(string method, JsonObject parameters, string? session = null)
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        await _turn.WaitAsync(ct);
        try
        {
            int id = ++_lastId;
            JsonObject call = new() { ["id"] = id, ["method"] = method, ["params"] = parameters };
            if (session is not null) call["sessionId"] = session;
            await _devTools.SendAsync(JsonSerializer.SerializeToUtf8Bytes(call), WebSocketMessageType.Text, true, ct);
            JsonNode answer;
            do answer = await ReceiveAsync(ct);
            while (answer["id"]?.GetValue<int>() != id);
            Assert.True(answer["error"] is null, answer["error"]?.ToJsonString());
            return answer["result"]!;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _devTools.Dispose();
        await _process.DisposeAsync();
        _turn.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    private static string KeyHash(X509Certificate2 certificate) =>
        Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private async Task<JsonNode> ReceiveAsync(CancellationToken ct)
    {
        using MemoryStream whole = new();
        byte[] buffer = new byte[64 * 1024];
        ValueWebSocketReceiveResult result;
        do
        {
            result = await _devTools.ReceiveAsync(buffer.AsMemory(), ct);
            whole.Write(buffer, 0, result.Count);
        }
        while (!result.EndOfMessage);
        return JsonNode.Parse(whole.ToArray())!;
    }
}
